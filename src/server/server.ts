/**
 * Server: the door that operations come in by, GraphQL over HTTP on our own listener with Apollo Server behind it.
 *
 * `graphqlEndpoint.ts` takes a request through the steps of the pipeline (src/request); `apollo.ts` is how Apollo Server runs the
 * middle three; `httpListener.ts` holds the bounds on connections and headers. Probes, and in `dev` GraphiQL, are served here too.
 *
 *     const server = createServer(options, parts);
 *     const { port } = await server.listen();
 *     await server.drain();            // not ready, still serving
 *     await server.close();            // requests in flight finish
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Clock } from '../base/clock.ts';
import { SluiceError } from '../base/errors.ts';
import type { Log } from '../model/log.ts';
import type { Pipeline } from '../request/request.ts';
import { createApolloDoor } from './apollo.ts';
import { createClientAddress } from './clientAddress.ts';
import { createCors } from './cors.ts';
import { createGraphiql } from './graphiql.ts';
import { createGraphQLEndpoint, type GraphQLEndpoint } from './graphqlEndpoint.ts';
import { createHttpListener } from './httpListener.ts';
import { respond } from './respond.ts';
import type { ServerOptions } from './serverOptions.ts';

export { type ServerOptions, serverOptions } from './serverOptions.ts';

export interface GraphQLServer {
  listen(): Promise<{ port: number }>;
  /** /health/ready says no and connections end with their next response; everything is still served. */
  drain(): void;
  /** Takes nothing new, waits for the requests in flight. */
  close(): Promise<void>;
}

export interface ServerParts {
  readonly pipeline: Pipeline;
  readonly clock: Clock;
  readonly log: Log;
  /** Why requests cannot be answered now, or null when they can. */
  notReady(): string | null;
  /** Serves GraphiQL to browsers, and answers pages of this machine. */
  readonly development: boolean;
}

export function createServer(options: ServerOptions, parts: ServerParts): GraphQLServer {
  const apollo = createApolloDoor(parts);
  const endpoint = createGraphQLEndpoint({
    ...parts,
    apollo,
    clientAddress: createClientAddress(options.trustedProxies),
    cors: createCors(options.cors),
    bodyLimits: {
      maxBytes: options.body.max,
      maxRatio: options.body.maxRatio,
      timeoutMs: options.body.timeout,
      idleTimeoutMs: options.body.idleTimeout,
    },
    maxHeaderCount: options.headers.maxCount,
    compression: { enabled: options.compression.enabled, minBytes: options.compression.min },
  });
  let draining = false;
  const listener = createHttpListener(
    {
      port: options.port,
      host: options.host ?? (parts.development ? '127.0.0.1' : undefined),
      maxConnections: options.maxConnections,
      headers: { maxBytes: options.headers.max, timeoutMs: options.headers.timeout },
      keepAliveTimeoutMs: options.keepAlive,
    },
    {
      clock: parts.clock,
      handle: createRoutes(options, {
        ...parts,
        endpoint,
        notReady: () => (draining ? 'draining' : parts.notReady()),
      }),
      handleBroken: (socket, error) => endpoint.handleBroken(socket, error),
    },
  );
  return {
    async listen() {
      await apollo.start();
      return listener.listen();
    },
    drain() {
      draining = true;
      listener.closeConnectionsAfterResponse();
    },
    async close() {
      draining = true;
      await listener.close(options.drain.grace);
      await apollo.stop();
    },
  };
}

type Handle = (request: IncomingMessage, response: ServerResponse) => void;

/** What is served at which path. */
function createRoutes(
  options: ServerOptions,
  parts: Pick<ServerParts, 'log' | 'notReady' | 'development'> & { endpoint: GraphQLEndpoint },
): Handle {
  const cors = createCors(options.cors);
  const graphiql = parts.development ? createGraphiql(options.path) : null;
  const uncompressed = { enabled: false, minBytes: 0 };
  return (request, response) => {
    const exchange = { request, response };
    const path = pathOf(request.url ?? '');
    const plain = (status: number, body: string, headers: Record<string, string> = {}) =>
      respond(
        exchange,
        { status, headers: { 'content-type': 'text/plain', ...headers }, body },
        uncompressed,
      );
    const answering = ((): Promise<unknown> => {
      const page = graphiql?.pageFor(request, path) ?? null;
      if (page)
        return respond(exchange, page, {
          enabled: options.compression.enabled,
          minBytes: options.compression.min,
        });
      if (path === options.path) {
        if (request.method === 'OPTIONS')
          return plain(204, '', { allow: 'GET, POST, OPTIONS', ...cors(request) });
        return parts.endpoint.handle(exchange);
      }
      if (path === '/health/live') return plain(200, 'live\n');
      if (path === '/health/ready') {
        const why = parts.notReady();
        return why === null ? plain(200, 'ready\n') : plain(503, `${why}\n`, { 'retry-after': '1' });
      }
      return parts.endpoint.handle(exchange, notFound(options.path));
    })();
    answering.catch((failure: unknown) => {
      parts.log.error({ err: failure }, 'a response could not be written');
      response.destroy();
    });
  };
}

function notFound(path: string): SluiceError {
  return new SluiceError('NOT_FOUND', `Nothing is served at this path; operations are at ${path}.`);
}

/** Null for a target that is not a path: absolute URLs are for proxies (RFC 9112, section 3.2). */
function pathOf(url: string): string | null {
  if (!url.startsWith('/')) return null;
  const searchAt = url.indexOf('?');
  return searchAt === -1 ? url : url.slice(0, searchAt);
}
