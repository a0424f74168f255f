import { fileURLToPath } from 'node:url';
import { request } from 'undici';
import { openRawConnection, type RawConnection } from '../support/rawConnection.ts';
import { startSubgraph, type TestSubgraph } from '../support/startSubgraph.ts';
import { startTestGateway, type TestGateway } from '../support/startTestGateway.ts';

/** What must never reach a client or the log: each stands where a real secret would. */
export const canaries = {
  header: 'canary-in-a-client-header',
  path: 'canary-in-a-subgraph-path',
  stack: 'canary-in-a-subgraph-stack',
  body: 'canary-in-a-subgraph-body',
  set: 'canary-in-a-header-for-subgraphs',
};

/** What a client got. */
export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** The gateways that cases are sent to, each with other settings. */
export type GatewayName = keyof typeof gatewaySettings;

export interface Target {
  readonly endpoint: string;
  readonly people: TestSubgraph;
  readonly pets: TestSubgraph;
  /** POSTs a body, as JSON text unless it is text or bytes already. */
  post(body: unknown, headers?: Record<string, string>): Promise<Reply>;
  /** GETs with URL parameters, with the header that CSRF prevention wants. */
  get(parameters: Record<string, string>, headers?: Record<string, string>): Promise<Reply>;
  send(method: string, options?: SendOptions): Promise<Reply>;
  raw(): Promise<RawConnection>;
  /** A request that has nothing wrong. */
  control(): Promise<void>;
  /** Access lines so far, but for those of controls. */
  accessLines(): Record<string, unknown>[];
  logText(): string;
}

interface SendOptions {
  readonly path?: string;
  readonly headers?: Record<string, string>;
  readonly body?: string | Buffer;
}

const quick = {
  headers: { timeout: '1s' },
  body: { timeout: '1500ms', idleTimeout: '700ms' },
  batch: { max: 10 },
};

const gatewaySettings = {
  usual: { server: quick, upstream: { timeout: '1s', headers: [{ set: { 'x-secret': canaries.set } }] } },
  closed: { server: quick, request: { introspection: 'off' } },
  /** Lets documents through to what comes after their limits. */
  wide: {
    server: quick,
    limits: { operation: { aliases: 100_000, rootFields: 100_000, directives: 100_000 } },
  },
  rest: {
    server: quick,
    request: {
      trustedDocuments: { path: fileURLToPath(new URL('operations', import.meta.url)), mode: 'off' },
    },
  },
  few: { server: { ...quick, maxConnections: 20 } },
  proxied: {
    server: { ...quick, trustedProxies: ['127.0.0.1', '10.0.0.0/8'] },
    upstream: { headers: [{ propagate: 'authorization' }, { propagate: 'x-*' }] },
  },
} as const;

export interface World {
  /** Started when it is first asked for. */
  target(name: GatewayName): Promise<Target>;
  stop(): Promise<void>;
}

export type EngineName = 'reference' | 'compiled';

export async function startWorld(engine: EngineName): Promise<World> {
  const people = await startPeople();
  const pets = await startSubgraph('pets', {
    sdl: `type Person @key(fields: "id") { id: ID! pets: [Pet!] }
          type Inherited @key(fields: "id") { id: ID! prototype: String valueOf: Inherited }
          type Pet { name: String! }`,
    resolvers: {
      Inherited: { prototype: () => 'p', valueOf: () => null },
      Person: { pets: ({ id }: { id: string }) => [{ name: `Rex ${id}` }] },
    },
  });
  const subgraphs = [people, pets].map((subgraph) => ({
    ...subgraph,
    url: `${subgraph.url}/${canaries.path}`,
  }));
  const targets = new Map<GatewayName, Promise<{ target: Target; gateway: TestGateway }>>();
  async function start(name: GatewayName) {
    const given: Record<string, unknown> = gatewaySettings[name];
    // Case after case answers badly: what is asked about is each answer, not what becomes of a subgraph that never does better.
    const upstream = { breaker: { mode: 'off' }, ...(given.upstream as object | undefined) };
    const settings = { ...given, upstream, execution: { engine } };
    const gateway = await startTestGateway({ subgraphs, settings });
    return { gateway, target: createTarget(gateway, { people, pets }) };
  }
  return {
    async target(name) {
      const starting = targets.get(name) ?? start(name);
      targets.set(name, starting);
      return (await starting).target;
    },
    async stop() {
      for (const { gateway } of await Promise.all(targets.values())) await gateway.stop();
      await people.stop();
      await pets.stop();
    },
  };
}

function startPeople(): Promise<TestSubgraph> {
  return startSubgraph('people', {
    sdl: `type Query {
            person(id: ID!): Person
            echo(text: String, id: ID, int: Int, float: Float): String
            paint(color: Color): String
            place(at: Place): String
            sum(numbers: [Int!]): Int
            deep: Deep
            faulty: String
            named(constructor: String, toString: Int, hasOwnProperty: Named): Inherited
            hue(prototype: Hue): Hue
          }
          type Inherited @key(fields: "id") { id: ID! constructor: String toString: Int hasOwnProperty: Inherited }
          input Named { constructor: String prototype: Named toString: Int valueOf: [Int!] }
          enum Hue { constructor toString }
          type Mutation { rename(id: ID!, name: String!): Person }
          type Subscription { ticks: Int }
          type Person @key(fields: "id") { id: ID! name: String! }
          type Deep { deep: Deep echo: String }
          enum Color { RED }
          input Place { x: Int! y: Int! }`,
    resolvers: {
      Query: {
        person: (_: unknown, { id }: { id: string }) => ({ id, name: `Person ${id}` }),
        echo: (_: unknown, given: object) => JSON.stringify(given),
        paint: (_: unknown, { color }: { color: string }) => color,
        place: () => 'there',
        sum: (_: unknown, { numbers }: { numbers: number[] }) => numbers.length,
        deep: () => ({}),
        named: (_: unknown, given: object) => ({
          id: 'n',
          constructor: JSON.stringify(given),
          toString: () => 5,
          hasOwnProperty: () => null,
        }),
        hue: (_: unknown, { prototype }: { prototype: string }) => prototype,
        faulty: () => {
          throw Object.assign(new Error('Something failed'), {
            extensions: { stacktrace: [`Error: ${canaries.stack}`, '    at work (file.ts:1:1)'] },
          });
        },
      },
      Deep: { deep: () => ({}), echo: () => 'deep' },
      Mutation: { rename: (_: unknown, { id, name }: { id: string; name: string }) => ({ id, name }) },
    },
  });
}

function createTarget(gateway: TestGateway, subgraphs: Pick<Target, 'people' | 'pets'>): Target {
  const { endpoint } = gateway;
  const controls = new Set<unknown>();
  const secret = { authorization: `Bearer ${canaries.header}`, cookie: canaries.header };
  async function send(
    method: string,
    { path = '/graphql', headers = {}, body }: SendOptions = {},
  ): Promise<Reply> {
    const response = await request(new URL(path, endpoint), {
      method: method as 'POST',
      headers: { ...secret, ...headers },
      ...(body === undefined ? {} : { body }),
    });
    const fields = Object.entries(response.headers).map(([name, value]) => [name, String(value)]);
    return {
      status: response.statusCode,
      headers: Object.fromEntries(fields),
      body: await response.body.text(),
    };
  }
  return {
    ...subgraphs,
    endpoint,
    send,
    post: (body, headers = {}) =>
      send('POST', {
        headers: { 'content-type': 'application/json', ...headers },
        body: typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body),
      }),
    get: (parameters, headers = { 'apollo-require-preflight': '1' }) =>
      send('GET', { path: `/graphql?${new URLSearchParams(parameters)}`, headers }),
    raw: () => openRawConnection(endpoint),
    async control() {
      const { headers, body } = await gateway.query('{ person(id: 7) { name } }');
      if (JSON.stringify(body) !== '{"data":{"person":{"name":"Person 7"}}}')
        throw new Error(JSON.stringify(body));
      controls.add(headers.get('x-request-id'));
    },
    accessLines: () =>
      gateway.logged().filter(({ msg, requestId }) => msg === 'request' && !controls.has(requestId)),
    logText: gateway.logText,
  };
}
