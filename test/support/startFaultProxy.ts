import type { AddressInfo } from 'node:net';
import { connect, createServer, type Socket } from 'node:net';

/**
 * What goes wrong with connections. The eight effects of toxiproxy (latency with jitter, down, bandwidth, slow close, timeout as `blackhole`,
 * reset, slicer, limit of data), and answers over HTTP that are none.
 */
export type Fault =
  | { readonly kind: 'latency'; readonly ms: number; readonly jitterMs?: number }
  | { readonly kind: 'down' }
  | { readonly kind: 'bandwidth'; readonly bytesPerSecond: number }
  | { readonly kind: 'slowClose'; readonly ms: number }
  | { readonly kind: 'blackhole' }
  | { readonly kind: 'reset' }
  | { readonly kind: 'slicer'; readonly bytes: number; readonly ms: number }
  | { readonly kind: 'limitData'; readonly bytes: number }
  | { readonly kind: 'answer'; readonly response: string; readonly thenClose?: boolean };

export interface FaultProxy {
  readonly port: number;
  /** From now on, for the answers of connections that are there, too; null for none. Connections are ended by `down` and `reset`. */
  fail(fault: Fault | null): void;
  /** Connections that are there now. */
  count(): number;
  /** Requests that came so far, whatever became of them. */
  requests(): number;
  /** How often somebody tried to reach the server: requests, and connections that got no further. */
  tried(): number;
  stop(): Promise<void>;
}

/** A whole HTTP/1.1 response as text, to be answered in the place of the server. */
export function httpAnswer(
  status: number,
  contentType: string,
  body: string,
  more: readonly string[] = [],
): string {
  const head = [
    `HTTP/1.1 ${status} X`,
    `content-type: ${contentType}`,
    `content-length: ${Buffer.byteLength(body)}`,
    ...more,
  ];
  return `${head.join('\r\n')}\r\n\r\n${body}`;
}

interface Pair {
  readonly client: Socket;
  /** Null while nobody has been connected to. */
  readonly server: Socket | null;
  /** Bytes of answers that went through. */
  passed: number;
  /** Chunks are handed on in order, however long each is held up. */
  queue: Promise<void>;
}

const after = (ms: number) => new Promise<void>((resolve) => void setTimeout(resolve, ms).unref());

/** Stands between a client and a server on this machine, over TCP, and spoils what it is told to. */
export async function startFaultProxy(target: { host: string; port: number }): Promise<FaultProxy> {
  const pairs = new Set<Pair>();
  let fault: Fault | null = null;
  let requests = 0;
  let refused = 0;

  const server = createServer((client) => {
    if (fault?.kind === 'down' || fault?.kind === 'reset') {
      refused += 1;
      if (fault.kind === 'down') client.destroy();
      else client.resetAndDestroy();
      return;
    }
    const onward = connect(target);
    const pair: Pair = { client, server: onward, passed: 0, queue: Promise.resolve() };
    pairs.add(pair);
    client.on('data', (chunk: Buffer) => {
      if (chunk.subarray(0, 5).toString('latin1') === 'POST ') requests += 1;
      if (fault?.kind === 'blackhole') return;
      if (fault?.kind === 'answer') return answer(client, fault);
      onward.write(chunk);
    });
    onward.on('data', (chunk: Buffer) => {
      pair.queue = pair.queue.then(() => handOn(pair, chunk, fault));
    });
    for (const socket of [client, onward]) socket.on('error', () => end(pair));
    client.on('close', () => end(pair));
    onward.on('close', () => {
      const held = fault?.kind === 'slowClose' ? after(fault.ms) : Promise.resolve();
      void pair.queue.then(() => held).then(() => end(pair));
    });
  });

  function end(pair: Pair): void {
    pair.client.destroy();
    pair.server?.destroy();
    pairs.delete(pair);
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    count: () => pairs.size,
    requests: () => requests,
    tried: () => requests + refused,
    fail(next) {
      fault = next;
      if (next?.kind === 'reset') for (const { client } of pairs) client.resetAndDestroy();
      if (next?.kind === 'down') for (const pair of [...pairs]) end(pair);
    },
    async stop() {
      for (const pair of [...pairs]) end(pair);
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function answer(client: Socket, { response, thenClose }: Fault & { kind: 'answer' }): void {
  if (thenClose) client.end(response);
  else client.write(response);
}

/** A chunk of an answer on its way to the client. */
async function handOn(pair: Pair, chunk: Buffer, fault: Fault | null): Promise<void> {
  const { client } = pair;
  switch (fault?.kind) {
    case 'latency': {
      const jitterMs = (fault.jitterMs ?? 0) * (Math.random() * 2 - 1);
      await after(Math.max(0, fault.ms + jitterMs));
      break;
    }
    case 'blackhole':
      return;
    case 'bandwidth':
      return await slices(client, chunk, { bytes: Math.ceil(fault.bytesPerSecond / 20), ms: 50 });
    case 'slicer':
      return await slices(client, chunk, fault);
    case 'limitData': {
      const left = fault.bytes - pair.passed;
      pair.passed += chunk.length;
      if (chunk.length <= left) break;
      client.write(chunk.subarray(0, Math.max(0, left)), () => client.destroy());
      return;
    }
  }
  if (!client.destroyed) client.write(chunk);
}

async function slices(
  client: Socket,
  chunk: Buffer,
  { bytes, ms }: { bytes: number; ms: number },
): Promise<void> {
  for (let from = 0; from < chunk.length && !client.destroyed; from += bytes) {
    client.write(chunk.subarray(from, from + bytes));
    await after(ms);
  }
}
