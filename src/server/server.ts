/**
 * Server: the doors that operations come in by, on our own listener: GraphQL over HTTP (`graphqlDoor.ts`), and routes of trusted documents
 * over REST (`rest/restDoors.ts`). Both lead to the one pipeline (src/request).
 *
 * `requestEndpoint.ts` takes a request of either through the steps of the pipeline; `apollo.ts` is how Apollo Server runs the middle three, with
 * the hooks of plugins; `httpListener.ts` holds the bounds on connections and headers. Probes, and in `dev` GraphiQL, are served here too.
 *
 *     const server = createServer(options, parts);
 *     const { port } = await server.listen();
 *     await server.drain();            // not ready, still serving
 *     await server.close();            // requests in flight finish
 */
import type { Socket } from 'node:net';
import type { Clock } from '../base/clock.ts';
import { SluiceError } from '../base/errors.ts';
import type { GatewayPlugin } from '../model/gatewayPlugin.ts';
import type { Log } from '../model/log.ts';
import type { Generations, Pipeline, RouteBook } from '../request/request.ts';
import { type ApolloDoor, createApolloDoor } from './apollo/apolloDoor.ts';
import { createClientAddress } from './clientAddress.ts';
import type { Exchange } from './connections.ts';
import { createCors } from './cors.ts';
import { createGraphiql } from './graphiql.ts';
import { createGraphQLDoor } from './graphqlDoor.ts';
import { createHttpListener } from './httpListener.ts';
import { createRequestEndpoint, type EndpointParts, type RequestEndpoint } from './requestEndpoint.ts';
import { type Answer, respond } from './respond.ts';
import { createRestDoors } from './rest/restDoors.ts';
import type { ServerOptions } from './serverOptions.ts';

export { type ServerOptions, serverOptions } from './serverOptions.ts';

export interface GraphQLServer {
  listen(): Promise<{ port: number }>;
  /** New bounds and rules for requests that come from now on; port, host and what bounds connections stay as they are. */
  reconfigure(options: ServerOptions): void;
  /** /health/ready says no and connections end with their next response; everything is still served. */
  drain(): void;
  /** Takes nothing new, waits for the requests in flight. */
  close(): Promise<void>;
}

export interface ServerParts {
  readonly pipeline: Pipeline;
  /** Routes of trusted documents, and what they are told by; null where there are none. */
  readonly rest: { readonly routes: RouteBook; readonly generations: Pick<Generations, 'current'> } | null;
  /** Plugins with hooks of Apollo Server, in order; the same as long as the process lives. */
  readonly plugins: readonly GatewayPlugin[];
  readonly clock: Clock;
  readonly log: Log;
  /** Why requests cannot be answered now, or null when they can. */
  notReady(): string | null;
  /** Serves GraphiQL to browsers, and answers pages of this machine. */
  readonly development: boolean;
}

export function createServer(options: ServerOptions, parts: ServerParts): GraphQLServer {
  const apollo = createApolloDoor(parts);
  let isStarted = false;
  let draining = false;
  const notReady = () => (draining ? 'draining' : parts.notReady());
  let routes = createRoutes(options, { ...parts, apollo, notReady });
  const listener = createHttpListener(
    {
      port: options.port,
      host: options.host ?? (parts.development ? '127.0.0.1' : undefined),
      maxConnections: options.maxConnections,
      headers: { maxBytes: options.headers.max, timeoutMs: options.headers.timeout },
      keepAliveTimeoutMs: options.keepAlive,
      responseIdleTimeoutMs: options.response.idleTimeout,
    },
    {
      clock: parts.clock,
      handle: (exchange) => routes.handle(exchange),
      handleBroken: (socket, error) => routes.handleBroken(socket, error),
    },
  );
  return {
    async listen() {
      await apollo.start();
      isStarted = true;
      return listener.listen();
    },
    reconfigure(next) {
      routes = createRoutes(next, { ...parts, apollo, notReady });
    },
    drain() {
      draining = true;
      listener.closeConnectionsAfterResponse();
    },
    async close() {
      draining = true;
      await listener.close(options.drain.grace);
      if (isStarted) await apollo.stop();
    },
  };
}

interface Routes {
  handle(exchange: Exchange): void;
  handleBroken(socket: Socket, error: SluiceError): string;
}

/** What is served at which path, with the options as they are now. */
function createRoutes(options: ServerOptions, parts: ServerParts & { apollo: ApolloDoor }): Routes {
  const cors = createCors(options.cors);
  const compression = { enabled: options.compression.enabled, minBytes: options.compression.min };
  const endpoint = openEndpoint(options, { ...parts, cors, compression });
  const graphql = createGraphQLDoor(parts);
  const rest = parts.rest && createRestDoors(options.rest, { apollo: parts.apollo, ...parts.rest });
  const graphiql = parts.development ? createGraphiql(options.path) : null;

  function respondPlain(exchange: Exchange, { status, body, headers }: Answer): Promise<unknown> {
    const plain = { 'content-type': 'text/plain', 'cache-control': 'no-store', ...headers };
    const uncompressed = { compression: { enabled: false, minBytes: 0 }, clock: parts.clock };
    return respond(exchange, { status, headers: plain, body }, uncompressed);
  }
  function respondOptions({ exchange, methods }: { exchange: Exchange; methods: string }): Promise<unknown> {
    const headers = { allow: `${methods}, OPTIONS`, ...cors(exchange.request, methods) };
    return respondPlain(exchange, { status: 204, body: '', headers });
  }
  async function answer(exchange: Exchange): Promise<unknown> {
    const { request } = exchange;
    const path = pathOf(request.url ?? '');
    const page = graphiql?.pageFor(request, path) ?? null;
    if (page) return respond(exchange, page, { compression, clock: parts.clock });
    if (path === options.path) {
      if (request.method === 'OPTIONS') return respondOptions({ exchange, methods: 'GET, POST' });
      return endpoint.handle(exchange, graphql);
    }
    if (path === '/health/live') return respondPlain(exchange, { status: 200, body: 'live\n', headers: {} });
    if (path === '/health/ready') {
      const why = parts.notReady();
      if (why === null) return respondPlain(exchange, { status: 200, body: 'ready\n', headers: {} });
      return respondPlain(exchange, { status: 503, body: `${why}\n`, headers: { 'retry-after': '1' } });
    }
    const methods = request.method === 'OPTIONS' && path !== null ? (rest?.methodsAt(path) ?? null) : null;
    if (methods !== null) return respondOptions({ exchange, methods });
    const entry = path === null ? null : rest?.enter(request.method ?? '', path);
    if (entry) return endpoint.handle(exchange, entry.door, entry.refuse);
    return endpoint.handle(exchange, graphql, notFound(options.path));
  }
  return {
    handleBroken: (socket, error) => endpoint.handleBroken(socket, graphql, error),
    handle(exchange) {
      answer(exchange).catch((failure: unknown) => {
        parts.log.error({ err: failure }, 'a response could not be written');
        exchange.response.destroy();
      });
    },
  };
}

function openEndpoint(
  options: ServerOptions,
  parts: Pick<EndpointParts, 'pipeline' | 'cors' | 'compression' | 'clock' | 'log'>,
): RequestEndpoint {
  return createRequestEndpoint({
    ...parts,
    clientAddress: createClientAddress(options, parts),
    bodyLimits: {
      maxBytes: options.body.max,
      maxRatio: options.body.maxRatio,
      timeoutMs: options.body.timeout,
      idleTimeoutMs: options.body.idleTimeout,
    },
    maxHeaderCount: options.headers.maxCount,
    requestTimeoutMs: options.requestTimeout,
  });
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
