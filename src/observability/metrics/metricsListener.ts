import { once } from 'node:events';
import { createServer } from 'node:http';
import { SluiceError } from '../../base/errors.ts';
import type { Log } from '../../model/log.ts';
import type { Exposition } from './exposition.ts';

export interface MetricsAddress {
  readonly host: string;
  readonly port: number;
}

/** Serves /metrics to whoever asks, on an address of its own; nothing else is there. */
export interface MetricsListener {
  /** Gives the port, which matters when 0 was asked for. BAD_USER_INPUT when the address cannot be had. */
  listen(): Promise<{ port: number }>;
  close(): Promise<void>;
}

export interface MetricsListenerParts {
  expose(accept: string | undefined): Promise<Exposition>;
  readonly log: Pick<Log, 'error'>;
}

const timeoutMs = 10_000;
/** Scrapers are few. */
const maxConnections = 100;

export function createMetricsListener(address: MetricsAddress, parts: MetricsListenerParts): MetricsListener {
  const server = createServer(
    { headersTimeout: timeoutMs, requestTimeout: timeoutMs },
    (request, response) => {
      const { method, url = '', headers } = request;
      const plain = { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store' };
      if (url.replace(/\?.*$/s, '') !== '/metrics') {
        response.writeHead(404, plain).end('Metrics are at /metrics.\n');
        return;
      }
      if (method !== 'GET' && method !== 'HEAD') {
        response.writeHead(405, { ...plain, allow: 'GET, HEAD' }).end('/metrics is read with GET.\n');
        return;
      }
      parts.expose(headers.accept).then(
        ({ contentType, text }) =>
          response.writeHead(200, { ...plain, 'content-type': contentType }).end(text),
        (failure: unknown) => {
          parts.log.error({ err: failure }, 'the metrics cannot be read');
          response.writeHead(500, plain).end('The metrics cannot be read; the log says why.\n');
        },
      );
    },
  );
  server.maxConnections = maxConnections;
  return {
    async listen() {
      const listening = once(server, 'listening');
      server.listen(address.port, address.host);
      try {
        await listening;
      } catch (cause) {
        const { code } = cause as { code?: string };
        throw new SluiceError(
          'BAD_USER_INPUT',
          `Metrics cannot be served at ${address.host}:${address.port} (observability.metrics.listen): ${code ?? String(cause)}.`,
          { cause },
        );
      }
      const bound = server.address();
      return { port: typeof bound === 'object' && bound ? bound.port : address.port };
    },
    async close() {
      if (!server.listening) return;
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}
