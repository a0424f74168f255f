import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { graphql, parse } from 'graphql';

/** What a subgraph received. */
export interface Received {
  readonly headers: IncomingHttpHeaders;
  readonly body: { query: string; variables?: Record<string, unknown>; operationName?: string };
}

export interface TestSubgraph {
  readonly name: string;
  readonly url: string;
  readonly sdl: string;
  readonly received: Received[];
  /** Answers in place of the schema, to misbehave; null for the schema again. */
  intercept(answer: ((response: ServerResponse, received: Received) => void) | null): void;
  stop(): Promise<void>;
}

type Resolvers = Record<string, Record<string, unknown>>;

const imported =
  '"@key", "@shareable", "@override", "@requires", "@external", "@interfaceObject", "@authenticated", "@requiresScopes", "@policy"';
const federation = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: [${imported}])\n`;
const withCacheTags = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.12", import: [${imported}, "@cacheTag"])\n`;

/** A real subgraph over HTTP on a free port; its schema may be bad on purpose only through `intercept`. */
export async function startSubgraph(
  name: string,
  definition: {
    sdl: string;
    resolvers?: Resolvers;
    /** For tests that ask very often: what its answers depend on besides the body; the same is answered from memory. */
    replayBy?: (received: Received) => string;
    /** Whether it knows `@cacheTag`, which came later than the rest. */
    hasCacheTags?: boolean;
  },
): Promise<TestSubgraph> {
  const sdl = (definition.hasCacheTags ? withCacheTags : federation) + definition.sdl;
  const schema = buildSubgraphSchema([
    { typeDefs: parse(sdl), resolvers: (definition.resolvers ?? {}) as never },
  ]);
  const received: Received[] = [];
  const answers = new Map<string, string>();
  let intercepted: ((response: ServerResponse, received: Received) => void) | null = null;
  const server = createServer(async (request, response) => {
    // Whoever asks how it is.
    if (request.method === 'GET') return response.writeHead(200).end('well');
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = JSON.parse(Buffer.concat(chunks).toString()) as Received['body'];
    const now: Received = { headers: request.headers, body };
    received.push(now);
    if (intercepted) return intercepted(response, now);
    const key = definition.replayBy && `${JSON.stringify(body)} ${definition.replayBy(now)}`;
    const answer = (key && answers.get(key)) ?? JSON.stringify(await execute(now));
    if (key) answers.set(key, answer);
    response.writeHead(200, { 'content-type': 'application/json' }).end(answer);
  });
  function execute({ body, headers }: Received) {
    return graphql({
      schema,
      source: body.query,
      ...(body.variables ? { variableValues: inheritingNothing(body.variables) } : {}),
      ...(body.operationName ? { operationName: body.operationName } : {}),
      contextValue: { headers },
    });
  }
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    name,
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`,
    sdl,
    received,
    intercept(answer) {
      intercepted = answer;
    },
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** A name in JSON may be one that every object inherits; graphql-js takes what is inherited for a value. */
function inheritingNothing(json: object): Record<string, unknown> {
  return JSON.parse(JSON.stringify(json), (_key, value: unknown) =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.assign(Object.create(null), value)
      : value,
  ) as Record<string, unknown>;
}
