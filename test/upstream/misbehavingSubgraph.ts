import type { AddressInfo } from 'node:net';
import { createServer, type Socket } from 'node:net';
import { startSubgraph, type TestSubgraph } from '../support/startSubgraph.ts';

/** A request as it came. */
export interface AskedRequest {
  readonly head: string;
  readonly body: string;
}

/** What is done in place of an answer, on the bare connection. */
export type Misbehave = (socket: Socket, request: AskedRequest) => void;

/** A real subgraph behind a TCP door that may do anything to the connection, where an HTTP server would do the right thing. */
export interface MisbehavingSubgraph extends Pick<TestSubgraph, 'name' | 'url' | 'sdl'> {
  /** Requests that came so far. */
  readonly requests: AskedRequest[];
  /** In place of the subgraph; null for the subgraph again. */
  misbehave(how: Misbehave | null): void;
  /** Connections that are open now. */
  openSockets(): number;
  /** Bytes the door has written to connections that the system took. */
  written(): number;
  stop(): Promise<void>;
}

export async function startMisbehavingSubgraph(
  name: string,
  definition: Parameters<typeof startSubgraph>[1],
): Promise<MisbehavingSubgraph> {
  const subgraph = await startSubgraph(name, definition);
  const requests: AskedRequest[] = [];
  const sockets = new Set<Socket>();
  let how: Misbehave | null = null;
  let writtenBefore = 0;

  const forward: Misbehave = async (socket, { body }) => {
    const response = await fetch(subgraph.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
    });
    socket.write(httpResponse(await response.text()));
  };

  const server = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => {
      sockets.delete(socket);
      writtenBefore += socket.bytesWritten;
    });
    let received = Buffer.alloc(0);
    socket.on('data', (chunk) => {
      received = Buffer.concat([received, chunk]);
      const request = readRequest(received);
      if (!request) return;
      received = Buffer.alloc(0);
      requests.push(request);
      (how ?? forward)(socket, request);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    name,
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`,
    sdl: subgraph.sdl,
    requests,
    misbehave(next) {
      how = next;
    },
    openSockets: () => sockets.size,
    written: () => [...sockets].reduce((sum, { bytesWritten }) => sum + bytesWritten, writtenBefore),
    async stop() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
      await subgraph.stop();
    },
  };
}

/** The gateway sends one request at a time on a connection, with its length. */
function readRequest(bytes: Buffer): AskedRequest | null {
  const headEnd = bytes.indexOf('\r\n\r\n');
  if (headEnd === -1) return null;
  const head = bytes.subarray(0, headEnd).toString('latin1');
  const length = Number(/^content-length: (\d+)$/im.exec(head)?.[1]);
  const body = bytes.subarray(headEnd + 4);
  return body.length < length ? null : { head, body: body.toString() };
}

/** A response as it stands on the wire; sound unless its headers say otherwise. */
export function httpResponse(
  body: string | Buffer,
  { status = '200 OK', headers = {} }: { status?: string; headers?: Record<string, string | null> } = {},
): Buffer {
  const fields = {
    'content-type': 'application/json',
    'content-length': String(Buffer.byteLength(body)),
    ...headers,
  };
  const lines = Object.entries(fields).flatMap(([field, value]) =>
    value === null ? [] : [`${field}: ${value}`],
  );
  return Buffer.concat([
    Buffer.from(`HTTP/1.1 ${status}\r\n${lines.join('\r\n')}\r\n\r\n`),
    Buffer.from(body),
  ]);
}
