import { afterEach, describe, expect, test } from '@jest/globals';
import type { Random } from '../../src/base/random.ts';
import { eventually } from '../support/adminClient.ts';
import { startSubgraph } from '../support/startSubgraph.ts';
import { startTestGateway, type TestGateway } from '../support/startTestGateway.ts';

const differs = 'the reference engine answers this query differently';

/** Apollo's planner takes a client's alias for the field that @requires needs (decision 8): `weight: name` beside `cost`. */
const differently = '{ product { weight: name cost } }';
const alike = '{ product { name cost } }';

const ends: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

async function startShop(execution: object = { verify: 1 }, random: Random = () => 0) {
  let orders = 0;
  let looks = 0;
  const catalog = await startSubgraph('catalog', {
    sdl: `type Query { product: Product looks: Int } type Mutation { order: Int }
      type Product @key(fields: "id") { id: ID! name: String weight: String }`,
    resolvers: {
      Query: {
        product: () => ({ id: '1', name: 'Secret hat', weight: '7' }),
        looks: () => {
          looks += 1;
          return looks;
        },
      },
      Mutation: {
        order: () => {
          orders += 1;
          return orders;
        },
      },
    },
  });
  const shipping = await startSubgraph('shipping', {
    sdl: 'type Product @key(fields: "id") { id: ID! weight: String @external cost: String @requires(fields: "weight") }',
    resolvers: {
      Product: {
        __resolveReference: (sent: object) => sent,
        cost: ({ weight }: { weight: string }) => `${weight} francs`,
      },
    },
  });
  ends.push(catalog.stop, shipping.stop);
  const gateway = await startTestGateway({
    subgraphs: [catalog, shipping],
    // Nobody else is to draw.
    settings: { execution, explain: { enabled: false }, observability: { log: { level: 'debug' } } },
    random,
  });
  ends.push(() => gateway.stop());
  return { gateway, catalog, shipping };
}

/** What became of each query that was drawn, in the order it was decided, once there are so many. */
async function verdictsOf({ logged }: TestGateway, count: number): Promise<unknown[]> {
  return eventually(() => {
    const verdicts = logged().flatMap(({ msg, verdict }) =>
      msg === differs ? ['different'] : msg === 'query verified' ? [verdict] : [],
    );
    return verdicts.length >= count ? verdicts : null;
  });
}

/** Stops the gateway; gives what it counted. */
async function countsOf(gateway: TestGateway): Promise<unknown> {
  await gateway.stop();
  return gateway.logged().find(({ msg }) => msg === 'queries of this supergraph were verified')?.counts;
}

describe('execution.verify', () => {
  test('tells where the engines differ, by path and never by value; the client gets the answer of the compiled one', async () => {
    const { gateway } = await startShop();
    const { body, headers } = await gateway.query(`query Ask ${differently}`);
    expect(body).toEqual({ data: { product: { weight: 'Secret hat', cost: '7 francs' } } });
    expect(await verdictsOf(gateway, 1)).toEqual(['different']);
    expect(gateway.logged().find(({ msg }) => msg === differs)).toMatchObject({
      level: 'warn',
      requestId: headers.get('x-request-id'),
      operation: 'Ask',
      document: expect.stringMatching(/^[0-9a-f]{64}$/),
      paths: ['product.cost'],
    });
    expect(await countsOf(gateway)).toEqual({ same: 0, different: 1, undecided: 0, dropped: 0 });
    expect(gateway.logText()).not.toMatch(/Secret hat|francs/);
  });

  test('tells nothing where they agree, introspection included', async () => {
    const { gateway } = await startShop();
    await gateway.query(alike);
    await verdictsOf(gateway, 1);
    await gateway.query('{ __schema { types { name fields { name args { name } } } } product { cost } }');
    expect(await verdictsOf(gateway, 2)).toEqual(['same', 'same']);
    expect(await countsOf(gateway)).toEqual({ same: 2, different: 0, undecided: 0, dropped: 0 });
  });

  test('never runs a mutation again, and verifies nothing unless it is told to', async () => {
    const { gateway } = await startShop();
    expect((await gateway.query('mutation { order }')).body).toEqual({ data: { order: 1 } });
    expect((await gateway.query('mutation { order }')).body).toEqual({ data: { order: 2 } });
    expect(await countsOf(gateway)).toBeUndefined();

    const unverified = await startShop({});
    await unverified.gateway.query(differently);
    expect(await countsOf(unverified.gateway)).toBeUndefined();
  });

  test('verifies the share of queries that is asked for', async () => {
    const drawn = [0.2, 0.6, 0.4, 0.5, 0.9];
    const { gateway } = await startShop({ verify: 0.5 }, () => drawn.shift() ?? 0.99);
    const asked: string[] = [];
    for (let sent = 0; sent < 5; sent += 1) {
      const { headers } = await gateway.query(alike);
      asked.push(headers.get('x-request-id') ?? '');
      await verdictsOf(gateway, sent < 2 ? 1 : 2);
    }
    const lines = gateway.logged().filter(({ msg }) => msg === 'query verified');
    expect(lines.map(({ requestId }) => requestId)).toEqual([asked[0], asked[2]]);
    await gateway.stop();
  });

  test('does not take data that changes for a difference', async () => {
    const { gateway } = await startShop();
    await gateway.query('{ looks }');
    expect(await verdictsOf(gateway, 1)).toEqual(['undecided']);
    await gateway.stop();
  });

  test('does not take a subgraph that fails meanwhile for a difference', async () => {
    const { gateway, catalog } = await startShop();
    catalog.intercept((response) => {
      if (catalog.received.length > 1) response.destroy();
      else response.writeHead(200, { 'content-type': 'application/json' }).end('{"data":{"looks":1}}');
    });
    expect((await gateway.query('{ looks }')).body).toEqual({ data: { looks: 1 } });
    expect(await verdictsOf(gateway, 1)).toEqual(['undecided']);
    await gateway.stop();
  });

  test('keeps nobody waiting: what comes while it is busy is answered, and not verified', async () => {
    const { gateway, catalog } = await startShop();
    const held = Promise.withResolvers<void>();
    // The first call is the client's, the second the reference engine's.
    catalog.intercept((response) => {
      const answer = () =>
        response.writeHead(200, { 'content-type': 'application/json' }).end('{"data":{"looks":1}}');
      if (catalog.received.length === 2) void held.promise.then(answer);
      else answer();
    });
    const answered = { data: { looks: 1 } };
    expect((await gateway.query('{ looks }')).body).toEqual(answered);
    await eventually(() => (catalog.received.length === 2 ? true : null), 20_000);
    expect((await gateway.query('query Another { looks }')).body).toEqual(answered);
    expect((await gateway.query('query Third { looks }')).body).toEqual(answered);
    expect(await verdictsOf(gateway, 2)).toEqual(['dropped', 'dropped']);
    held.resolve();
    expect(await verdictsOf(gateway, 3)).toEqual(['dropped', 'dropped', 'same']);
    expect(await countsOf(gateway)).toEqual({ same: 1, different: 0, undecided: 0, dropped: 2 });
  });
});
