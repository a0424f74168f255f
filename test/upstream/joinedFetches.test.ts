import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { askAdmin } from '../support/adminClient.ts';
import { startSubgraph, type TestSubgraph } from '../support/startSubgraph.ts';
import { startTestGateway, type TestGateway } from '../support/startTestGateway.ts';

const products = [1, 2, 3].map((number) => ({ id: `p${number}`, name: `Product ${number}` }));

describe('entity fetches of one subgraph that are ready together', () => {
  let shop: TestSubgraph;
  let stock: TestSubgraph;
  let gateway: TestGateway;

  beforeAll(async () => {
    shop = await startSubgraph('shop', {
      sdl: `type Query { first: Product last: Product all: [Product!]! }
        type Product @key(fields: "id") { id: ID! name: String }`,
      resolvers: { Query: { first: () => products[0], last: () => products[2], all: () => products } },
    });
    stock = await startSubgraph('stock', {
      sdl: `type Product @key(fields: "id") { id: ID! count(least: Int = 0): Int place: String faulty: String }`,
      resolvers: {
        Product: {
          __resolveReference: ({ id }: { id: string }) => ({ id }),
          count: ({ id }: { id: string }, { least }: { least: number }) => Math.max(least, Number(id[1])),
          place: ({ id }: { id: string }) => `shelf ${id}`,
          faulty({ id }: { id: string }) {
            throw new Error(`no ${id}`);
          },
        },
      },
    });
    gateway = await startTestGateway({
      subgraphs: [shop, stock],
      settings: { upstream: { retry: { max: 0 } } },
    });
  });
  beforeEach(() => {
    shop.received.length = 0;
    stock.received.length = 0;
    stock.intercept(null);
  });
  afterAll(async () => {
    await gateway.stop();
    await shop.stop();
    await stock.stop();
  });

  test('go as one request, each under an alias of its own', async () => {
    const { body } = await gateway.query('{ first { name count } last { place } all { id count } }');
    expect(body).toEqual({
      data: {
        first: { name: 'Product 1', count: 1 },
        last: { place: 'shelf p3' },
        all: [
          { id: 'p1', count: 1 },
          { id: 'p2', count: 2 },
          { id: 'p3', count: 3 },
        ],
      },
    });
    expect(stock.received).toHaveLength(1);
  });

  test('are each measured as the fetch of the plan that its operation has, whatever was typed', async () => {
    await gateway.query('query Measured { l: last { place id } first { count(least: 5) name } }');
    await gateway.query('query Measured { first { name count(least: 2) } l: last { id place } }');
    expect(stock.received).toHaveLength(2);
    const asked = `{ usage { operation(id: "Measured") {
      subgraphs { name now { calls } } fetches { subgraph operation now { calls errors p50Ms } }
    } } }`;
    const { usage } = await askAdmin<{
      usage: { operation: { subgraphs: object[]; fetches: { operation: string }[] } };
    }>(gateway, asked);
    expect(usage.operation.subgraphs).toEqual([
      { name: 'shop', now: { calls: 2 } },
      { name: 'stock', now: { calls: 2 } },
    ]);
    const now = { calls: 2, errors: 0, p50Ms: expect.any(Number) };
    expect(usage.operation.fetches).toMatchObject([
      { subgraph: 'shop', now },
      { subgraph: 'stock', now },
      { subgraph: 'stock', now },
    ]);
    const [, one, other] = usage.operation.fetches;
    expect([one?.operation, other?.operation].sort()).toEqual([
      expect.stringContaining('count'),
      expect.stringContaining('place'),
    ]);
  });

  test('keep their variables, one named as theirs would be included', async () => {
    const { body } = await gateway.query(
      'query ($_0: Int, $b: Int) { first { count(least: $_0) } last { count(least: $b) } all { count } }',
      { variables: { _0: 10, b: 20 } },
    );
    expect(body).toEqual({
      data: { first: { count: 10 }, last: { count: 20 }, all: [{ count: 1 }, { count: 2 }, { count: 3 }] },
    });
    expect(stock.received).toHaveLength(1);
  });

  test('have their errors told where the client asked', async () => {
    const { body } = await gateway.query('{ first { faulty } all { place } last { where: faulty } }');
    expect(body.data).toEqual({
      first: { faulty: null },
      all: [{ place: 'shelf p1' }, { place: 'shelf p2' }, { place: 'shelf p3' }],
      last: { where: null },
    });
    expect(body.errors?.map(({ message, path }) => ({ message, path }))).toEqual([
      { message: 'no p1', path: ['first', 'faulty'] },
      { message: 'no p3', path: ['last', 'where'] },
    ]);
    expect(stock.received).toHaveLength(1);
  });

  test('do not take each other along when the whole answer is null', async () => {
    stock.intercept((response, { body: { query } }) => {
      const isLost = query.includes('faulty');
      const result = isLost
        ? { data: null, errors: [{ message: 'all is lost' }] }
        : { data: { _entities: [{ place: 'shelf p3' }] } };
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(result));
    });
    const { body } = await gateway.query('{ first { faulty } last { place } }');
    expect(body.data).toEqual({ first: { faulty: null }, last: { place: 'shelf p3' } });
    expect(body.errors).toHaveLength(1);
    // Together first, then each by itself.
    expect(stock.received).toHaveLength(3);
  });

  test('fail together when the call fails, an error for each place', async () => {
    stock.intercept((response) => response.destroy());
    const { body } = await gateway.query('{ first { name count } last { name place } }');
    expect(body.data).toEqual({
      first: { name: 'Product 1', count: null },
      last: { name: 'Product 3', place: null },
    });
    expect(body.errors?.map(({ path, extensions }) => [path, extensions.code])).toEqual([
      [['first'], 'SUBGRAPH_UNREACHABLE'],
      [['last'], 'SUBGRAPH_UNREACHABLE'],
    ]);
    expect(stock.received).toHaveLength(1);
  });
});
