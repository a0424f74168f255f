import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type ReceivedSpan, readSpans } from './otlp.ts';

/** A collector of traces that takes OTLP over HTTP. */
export interface Collector {
  readonly endpoint: string;
  /** In the order they came. */
  readonly spans: ReceivedSpan[];
  /** Of each request that came, taken or not. */
  readonly requests: { readonly path: string; readonly headers: IncomingHttpHeaders }[];
  /** Answers in its place, to misbehave; null for a collector that takes all. */
  intercept(answer: ((response: ServerResponse) => void) | null): void;
  stop(): Promise<void>;
}

export async function startCollector(): Promise<Collector> {
  const spans: ReceivedSpan[] = [];
  const requests: Collector['requests'] = [];
  let intercepted: ((response: ServerResponse) => void) | null = null;
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    requests.push({ path: request.url ?? '', headers: request.headers });
    if (intercepted) return intercepted(response);
    spans.push(...readSpans(Buffer.concat(chunks)));
    response.writeHead(200, { 'content-type': 'application/x-protobuf' }).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    spans,
    requests,
    intercept(answer) {
      intercepted = answer;
    },
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
