import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { readSchema } from './readSchema.ts';

/** One request that a service received. */
export interface RestReceived {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: unknown;
}

/** An answer of a service; a body that is no text is written as JSON. */
export interface RestAnswer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

export interface RestService {
  readonly name: string;
  readonly url: string;
  readonly sdl: string;
  readonly remarks: readonly string[];
  readonly received: RestReceived[];
  /** Answers in place of the service's own function; null for that again. */
  intercept(answer: ((response: ServerResponse) => void) | null): void;
  stop(): Promise<void>;
}

/** A real HTTP server on a free port, and its OpenAPI document as the SDL of a subgraph. */
export async function startRestService(
  name: string,
  {
    openapi,
    mapping,
    answer,
  }: {
    readonly openapi: string;
    readonly mapping?: string;
    readonly answer: (received: RestReceived) => RestAnswer;
  },
): Promise<RestService> {
  const { sdl, remarks } = await readSchema('openapi', openapi, mapping);
  const received: RestReceived[] = [];
  let intercepted: ((response: ServerResponse) => void) | null = null;
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const text = Buffer.concat(chunks).toString();
    const { method = '', url = '', headers } = request;
    const now = { method, url, headers, body: text === '' ? null : JSON.parse(text) };
    received.push(now);
    if (intercepted) return intercepted(response);
    const { status = 200, headers: sent = {}, body = '' } = answer(now);
    const written = typeof body === 'string' ? body : JSON.stringify(body);
    response.writeHead(status, { 'content-type': 'application/json', ...sent }).end(written);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    name,
    url: `http://127.0.0.1:${port}/v1`,
    sdl,
    remarks,
    received,
    intercept(next) {
      intercepted = next;
    },
    async stop() {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
}
