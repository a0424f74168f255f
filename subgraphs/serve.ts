/**
 * Serves one of the example subgraphs over HTTP, as its own process: `POST http://127.0.0.1:PORT/graphql`.
 *
 * A subgraph is a schema file and the functions that answer its fields; everything else that its process needs is here. The
 * subgraphs are also what load tests run against, so a document is parsed and validated once and then remembered.
 *
 * @example
 * serve({ name: 'countries', defaultPort: 4101, schema: new URL('./schema.graphql', import.meta.url), resolvers });
 */
import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buildSubgraphSchema, type GraphQLResolverMap } from '@apollo/subgraph';
import { GraphQLError, type GraphQLSchema, parse } from 'graphql';
import { createHandler, type Handler } from 'graphql-http';
import { createDocumentMemory } from './documentMemory.ts';

export interface Subgraph {
  /** As in supergraph.yaml. */
  readonly name: string;
  /** Where it listens when the environment has no PORT. */
  readonly defaultPort: number;
  /** Its schema file. */
  readonly schema: URL;
  readonly resolvers: GraphQLResolverMap<unknown>;
}

const host = '127.0.0.1';
const path = '/graphql';
/** A thousand entities are about 100 KB of representations. */
const maxBodyBytes = 8_000_000;
/** Longer than gateways keep idle connections, so that it is never this side that closes one just as a request arrives. */
const keepAliveTimeoutMs = 75_000;
/** How long requests in flight may take after the process was asked to end. */
const drainMs = 2_000;

type Handle = Handler<IncomingMessage>;

/** Starts the subgraph and says so in one line on standard output; ends the process in order on SIGTERM and SIGINT. */
export function serve(subgraph: Subgraph): void {
  const port = readPort(subgraph.defaultPort);
  if (port === null) {
    fail(subgraph.name, `PORT is "${process.env.PORT}"; it must be a number from 0 to 65535`);
    return;
  }
  const typeDefs = parse(readFileSync(subgraph.schema, 'utf8'));
  const schema = buildSubgraphSchema([{ typeDefs, resolvers: subgraph.resolvers }]);
  const handle = createGraphqlHandler(subgraph.name, schema);
  const server = createServer((request, response) => {
    // Once it no longer listens, no connection is worth keeping.
    if (!server.listening) response.setHeader('connection', 'close');
    answer(handle, request, response).catch((failure: unknown) => {
      report(subgraph.name, failure);
      if (!response.headersSent) response.writeHead(500);
      response.end();
    });
  });
  server.keepAliveTimeout = keepAliveTimeoutMs;
  server.on('error', (failure: NodeJS.ErrnoException) => {
    const taken = failure.code === 'EADDRINUSE';
    const reason = taken
      ? `port ${port} is taken: stop what listens there, or set PORT to another port`
      : failure.message;
    fail(subgraph.name, reason);
  });
  server.listen(port, host, () => {
    const { port: actualPort } = server.address() as AddressInfo;
    process.stdout.write(`${subgraph.name} is ready at http://${host}:${actualPort}${path}\n`);
  });
  endOnSignal(server);
}

function readPort(defaultPort: number): number | null {
  const written = process.env.PORT;
  if (written === undefined || written === '') return defaultPort;
  return /^\d{1,5}$/.test(written) && Number(written) <= 65_535 ? Number(written) : null;
}

function createGraphqlHandler(name: string, schema: GraphQLSchema): Handle {
  return createHandler<IncomingMessage>({
    schema,
    ...createDocumentMemory(),
    formatError(error) {
      // What resolvers did not mean to throw is a fault of this process and nobody else's business.
      if (!(error instanceof GraphQLError)) return error;
      const cause = error.originalError;
      if (!cause || cause instanceof GraphQLError) return error;
      report(name, cause);
      return new GraphQLError('Something went wrong inside the subgraph.', {
        nodes: error.nodes ?? null,
        path: error.path ?? null,
        extensions: { code: 'INTERNAL_SERVER_ERROR' },
      });
    },
    onOperation(request, _args, result) {
      // graphql-http stringifies through a replacer, which takes twice as long; it is only of use for errors.
      if (!('data' in result) || result.errors) return undefined;
      return [JSON.stringify(result), { status: 200, statusText: 'OK', headers: jsonHeaders(request.raw) }];
    },
  });
}

function jsonHeaders(request: IncomingMessage): Record<string, string> {
  const accept = request.headers.accept ?? '*/*';
  const graphqlType = accept.indexOf('application/graphql-response+json');
  const jsonType = accept.search(/application\/(json|\*)|\*\/\*/);
  const preferred = graphqlType >= 0 && (jsonType < 0 || graphqlType < jsonType);
  return {
    'content-type': `application/${preferred ? 'graphql-response+json' : 'json'}; charset=utf-8`,
  };
}

async function answer(handle: Handle, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = request.url ?? '/';
  if (url !== path && !url.startsWith(`${path}?`)) {
    respond(response, { status: 404, body: `Nothing is served here; GraphQL is at ${path}.` });
    return;
  }
  const text = await readBody(request);
  if (text === null) {
    response.setHeader('connection', 'close');
    respond(response, { status: 413, body: `The body is over ${maxBodyBytes} bytes.` });
    return;
  }
  const [body, { status, headers = {} }] = await handle({
    url,
    method: request.method ?? 'GET',
    headers: request.headers,
    body: text,
    raw: request,
    context: undefined,
  });
  respond(response, { status, body: body ?? '', headers });
}

interface Answer {
  readonly status: number;
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
}

function respond(response: ServerResponse, { status, body, headers }: Answer): void {
  // With its length a body goes out in one piece; without, Node would send it chunked.
  response.writeHead(status, { ...headers, 'content-length': Buffer.byteLength(body) }).end(body);
}

/** The body as text; null when it is too large. */
function readBody(request: IncomingMessage): Promise<string | null> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    request.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes <= maxBodyBytes) chunks.push(chunk);
      else resolve(null);
    });
    request.on('end', () => resolve(Buffer.concat(chunks).toString('utf8')));
    request.on('error', reject);
  });
}

function endOnSignal(server: Server): void {
  const end = () => {
    server.close();
    setTimeout(() => server.closeAllConnections(), drainMs).unref();
  };
  process.once('SIGTERM', end);
  process.once('SIGINT', end);
}

function fail(name: string, reason: string): void {
  process.stderr.write(`${name} cannot start: ${reason}.\n`);
  process.exitCode = 1;
}

function report(name: string, failure: unknown): void {
  process.stderr.write(`${name}: ${failure instanceof Error ? failure.stack : String(failure)}\n`);
}
