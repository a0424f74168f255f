import type { ServerResponse } from 'node:http';
import { askAdmin } from '../support/adminClient.ts';
import { headerIdentity } from '../support/headerIdentity.ts';
import { createShiftedClock } from '../support/shiftedClock.ts';
import { type Received, startSubgraph, type TestSubgraph } from '../support/startSubgraph.ts';
import { startTestGateway, type TestGateway } from '../support/startTestGateway.ts';
import { directiveSdl } from './directiveSdl.ts';

export interface CacheWorld {
  readonly gateway: TestGateway;
  readonly shop: TestSubgraph;
  readonly stock: TestSubgraph;
  /** Throws away all that is kept, lets both subgraphs answer by themselves, and counts from 1 again. */
  reset(): Promise<void>;
  /** Lets time pass for the gateway. */
  pass(ms: number): void;
  /** How large products are from now on, as the shop says. */
  size(factor: number): void;
  stop(): Promise<void>;
}

const shopSdl = `${directiveSdl}
  type Query {
    product(id: ID!): Product @cacheControl(maxAge: 60)
    products: [Product!] @cacheControl(maxAge: 60)
    me: Person
    uncached: String
    language: String @cacheControl(maxAge: 60)
  }
  type Mutation { touch(id: ID!): Product }
  type Product @key(fields: "id") @cacheControl(maxAge: 60) { id: ID! name: String seen: String size: Int }
  type Person @key(fields: "id") @cacheControl(maxAge: 60, scope: PRIVATE) { id: ID! secret: String }
`;
const stockSdl = `${directiveSdl}
  type Product @key(fields: "id") @cacheControl(maxAge: 30) {
    id: ID! size: Int @external count: Int fits: String @requires(fields: "size")
  }
  type Person @key(fields: "id") { id: ID! note: String @cacheControl(maxAge: 20, scope: PRIVATE) }
`;

/** Two subgraphs that say what may be kept, and a gateway before them; each answer counts how often it was computed. */
export async function startCacheWorld(settings: Record<string, unknown> = {}): Promise<CacheWorld> {
  let computed = 0;
  let factor = 1;
  const user = ({ headers }: Received): string => String(headers['x-user'] ?? 'nobody');
  const product = (id: string) => ({ __typename: 'Product', id });
  const shop = await startSubgraph('shop', {
    sdl: shopSdl,
    resolvers: {
      Query: {
        product: (_: unknown, { id }: { id: string }) => product(id),
        products: () => ['1', '2', '3'].map(product),
        me: () => ({ id: '1' }),
        uncached: () => 'always asked',
        language: (_: unknown, _args: unknown, { headers }: Received) => String(headers['accept-language']),
      },
      Mutation: { touch: (_: unknown, { id }: { id: string }) => product(id) },
      Product: {
        name: ({ id }: { id: string }) => `product ${id}`,
        seen: (_: unknown, _args: unknown, received: Received) => `by ${user(received)}, ${++computed}`,
        size: ({ id }: { id: string }) => Number(id) * factor,
      },
      Person: { secret: (_: unknown, _args: unknown, received: Received) => `of ${user(received)}` },
    },
  });
  const stock = await startSubgraph('stock', {
    sdl: stockSdl,
    resolvers: {
      Product: {
        count: () => ++computed,
        fits: ({ size }: { size: number }) => `a box of ${size}`,
      },
      Person: { note: (_: unknown, _args: unknown, received: Received) => `of ${user(received)}` },
    },
  });
  const clock = createShiftedClock();
  const gateway = await startTestGateway({
    clock,
    subgraphs: [shop, stock],
    // How often subgraphs are asked is counted: audits only where a test wants them.
    settings: { ...settings, cache: { audit: 0, ...(settings.cache as object | undefined) } },
    identity: headerIdentity,
  });
  return {
    gateway,
    shop,
    stock,
    pass: clock.pass,
    size: (given) => {
      factor = given;
    },
    async reset() {
      computed = 0;
      factor = 1;
      for (const subgraph of [shop, stock]) {
        subgraph.intercept(null);
        subgraph.received.length = 0;
        const purge = 'mutation ($name: String) { purgeCache(subgraph: $name) { done } }';
        await askAdmin(gateway, purge, { name: subgraph.name });
      }
    },
    async stop() {
      await gateway.stop();
      await Promise.all([shop.stop(), stock.stop()]);
    },
  };
}

/** How often a subgraph was asked by this. */
export async function asked(subgraph: TestSubgraph, run: () => Promise<unknown>): Promise<number> {
  const before = subgraph.received.length;
  await run();
  return subgraph.received.length - before;
}

/** Answers with this body under this head. */
export function answering(body: unknown, headers: Record<string, string> = {}, status = 200) {
  return (response: ServerResponse): void => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
  };
}
