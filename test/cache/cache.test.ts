import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { askAdmin } from '../support/adminClient.ts';
import { sessionHeader } from '../support/headerIdentity.ts';
import { answering, asked, type CacheWorld, startCacheWorld } from './cacheWorld.ts';

let world: CacheWorld;
beforeAll(async () => {
  world = await startCacheWorld({ server: { batch: { max: 10 } } });
});
beforeEach(() => world.reset());
afterAll(() => world.stop());

const product = '{ product(id: "1") { name count } }';

describe('what is kept', () => {
  test('a fetch from the root and its entities are asked for once', async () => {
    const { gateway, shop, stock } = world;
    const first = await gateway.query(product);
    expect(first.body).toEqual({ data: { product: { name: 'product 1', count: 1 } } });
    expect(await asked(shop, () => gateway.query(product))).toBe(0);
    expect(await asked(stock, () => gateway.query(product))).toBe(0);
    expect((await gateway.query(product)).body).toEqual(first.body);
  });
  test('of several entities only those are asked for that are not kept', async () => {
    const { gateway, stock } = world;
    await gateway.query(product);
    const { body } = await gateway.query('{ products { count } }');
    expect(stock.received.at(-1)?.body.variables).toEqual({
      representations: [
        { __typename: 'Product', id: '2' },
        { __typename: 'Product', id: '3' },
      ],
    });
    expect(body).toEqual({ data: { products: [{ count: 1 }, { count: 2 }, { count: 3 }] } });
  });
  test('another operation that asks the same is answered by it', async () => {
    const { gateway, stock } = world;
    await gateway.query('query One { product(id: "1") { name count } }', { operationName: 'One' });
    const other = () => gateway.query('query Two { products { name count } }', { operationName: 'Two' });
    await other();
    expect(stock.received.at(-1)?.body.variables?.representations).toHaveLength(2);
  });
  test('what no subgraph says anything of is asked for each time', async () => {
    const { gateway, shop } = world;
    await gateway.query('{ uncached }');
    expect(await asked(shop, () => gateway.query('{ uncached }'))).toBe(1);
  });
  test('variables, and their absence, tell answers apart', async () => {
    const { gateway, shop } = world;
    const query = 'query ($id: ID!) { product(id: $id) { name } }';
    for (const id of ['1', '2', '3', '1', '2', '3']) {
      const { body } = await gateway.query(query, { variables: { id } });
      expect(body).toEqual({ data: { product: { name: `product ${id}` } } });
    }
    expect(shop.received).toHaveLength(3);
  });
  test('V33: what an entity requires is part of its key', async () => {
    const { gateway } = world;
    const fits = '{ product(id: "1") { fits } }';
    expect((await gateway.query(fits)).body).toEqual({ data: { product: { fits: 'a box of 1' } } });
    world.size(7);
    const { body } = await gateway.query('{ product(id: "1") { seen fits } }');
    expect(body).toEqual({ data: { product: { seen: 'by nobody, 1', fits: 'a box of 7' } } });
  });
  test('V38: keys of parts that could be joined alike are two', async () => {
    const { gateway } = world;
    const query = 'query ($id: ID!) { product(id: $id) { name } }';
    for (const id of ['a:b', 'a', 'a":"b', 'a\u0000b', 'a|b', '', ' ']) {
      const { body } = await gateway.query(query, { variables: { id } });
      expect(body).toEqual({ data: { product: { name: `product ${id}` } } });
    }
  });
  test('mutations, and what is read behind them, pass by', async () => {
    const { gateway, shop, stock } = world;
    await gateway.query(product);
    const touch = 'mutation { touch(id: "1") { name count } }';
    expect((await gateway.query(touch)).body).toEqual({ data: { touch: { name: 'product 1', count: 2 } } });
    expect(await asked(stock, () => gateway.query(touch))).toBe(1);
    expect(await asked(shop, () => gateway.query(touch))).toBe(1);
  });
});

describe('errors', () => {
  test('V32: an answer with errors is not kept and says no-store', async () => {
    const { gateway, stock } = world;
    const { headers: sound } = await gateway.query(product);
    expect(sound.get('cache-control')).toBe('max-age=30, public');
    stock.intercept(
      answering({ data: { _entities: [null] }, errors: [{ message: 'no', path: ['_entities', 0] }] }),
    );
    const failed = await gateway.query('{ product(id: "2") { name count } }');
    expect(failed.headers.get('cache-control')).toBe('no-store');
    expect(failed.body.errors?.[0]?.path).toEqual(['product']);
    stock.intercept(null);
    expect(await asked(stock, () => gateway.query('{ product(id: "2") { name count } }'))).toBe(1);
  });
  test('an error of one that was asked for stands at its own place, beside what is kept', async () => {
    const { gateway, stock } = world;
    await gateway.query('{ product(id: "2") { count } }');
    stock.intercept(
      answering({
        data: { _entities: [{ count: 7 }, null] },
        errors: [{ message: 'no', path: ['_entities', 1, 'count'] }],
      }),
    );
    const { body } = await gateway.query('{ products { count } }');
    expect(body.data).toEqual({ products: [{ count: 7 }, { count: 1 }, { count: null }] });
    expect(body.errors?.map(({ path }) => path)).toEqual([['products', 2, 'count']]);
  });
  test('a subgraph that fails takes nothing of what is kept with it', async () => {
    const { gateway, stock } = world;
    await gateway.query('{ product(id: "2") { count } }');
    stock.intercept((response) => response.destroy());
    const { body } = await gateway.query('{ products { count } }');
    expect(body.data).toEqual({ products: [{ count: null }, { count: 1 }, { count: null }] });
    expect(body.errors?.map(({ path, extensions }) => [path, extensions.code])).toEqual([
      [['products', 0], 'SUBGRAPH_UNREACHABLE'],
      [['products', 2], 'SUBGRAPH_UNREACHABLE'],
    ]);
  });
  test.each([
    ['too few entities', { data: { _entities: [] } }],
    ['something that is no entity', { data: { _entities: ['x'] } }],
    ['no list', { data: { _entities: {} } }],
  ])('%s: nothing is kept', async (_what, answer) => {
    const { gateway, stock } = world;
    stock.intercept(answering(answer));
    await gateway.query(product);
    stock.intercept(null);
    expect((await gateway.query(product)).body).toEqual({
      data: { product: { name: 'product 1', count: 1 } },
    });
  });
  test('entities in another order than they were asked for are not kept', async () => {
    const { gateway, stock } = world;
    const query = '{ products { id count } }';
    const entity = (id: string) => ({ __typename: 'Product', id, count: 9 });
    stock.intercept(answering({ data: { _entities: ['2', '1', '3'].map(entity) } }));
    await gateway.query(query);
    stock.intercept(null);
    expect((await gateway.query(query)).body.errors).toBeUndefined();
    expect(stock.received).toHaveLength(2);
  });
});

describe('what is private', () => {
  const mine = '{ me { secret note } }';
  const ann = sessionHeader({ subject: 'ann' });
  const bob = sessionHeader({ subject: 'bob' });
  test('is kept for its session only', async () => {
    const { gateway, shop } = world;
    await gateway.query('{ me { id } }', { headers: ann });
    await gateway.query(mine, { headers: ann });
    const before = shop.received.length;
    await gateway.query(mine, { headers: bob });
    expect(shop.received.length).toBe(before + 1);
  });
  test('is not kept for who shows nothing', async () => {
    const { gateway, stock } = world;
    const { headers } = await gateway.query(mine);
    expect(headers.get('cache-control')).toBe('no-store');
    expect(await asked(stock, () => gateway.query(mine))).toBe(1);
  });
});

describe('what the client is told', () => {
  const ann = sessionHeader({ subject: 'ann' });
  test.each([
    [
      'what anybody may have, as long as its shortest part',
      '{ products { name count } }',
      {},
      'max-age=30, public',
    ],
    ['to a session, that it is its own', '{ products { name } }', ann, 'max-age=60, private'],
    ['private parts', '{ product(id: "1") { name } me { note } }', ann, 'no-store'],
    ['a part that may not be kept', '{ product(id: "1") { name } uncached }', {}, 'no-store'],
    ['nothing of a subgraph', '{ __typename }', {}, 'no-store'],
    ['a mutation', 'mutation { touch(id: "1") { name } }', {}, null],
  ])('%s', async (_what, query, headers, told) => {
    const { headers: answered } = await world.gateway.query(query, { headers });
    expect(answered.get('cache-control')).toBe(told);
  });
  test('V31: a batch is told the strictest of its items', async () => {
    const batch = async (...queries: string[]) => {
      const response = await fetch(world.gateway.endpoint, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(queries.map((query) => ({ query }))),
      });
      await response.text();
      return response.headers.get('cache-control');
    };
    expect(await batch('{ products { name } }', '{ products { count } }')).toBe('max-age=30, public');
    expect(await batch('{ products { name } }', '{ me { id } }')).toBe('no-store');
    expect(await batch('{ products { name } }', '{ uncached }')).toBe('no-store');
    expect(await batch('{ products { name } }', '{ nonsense }')).toBe('no-store');
  });
});

describe('what a subgraph’s response says', () => {
  const ask = '{ product(id: "1") { name } }';
  const answer = {
    data: { product: { __typename: 'Product', id: '1', name: 'x' }, _0_product: { name: 'x' } },
  };
  test.each([
    ['V35.1 nothing: the schema decides', {}, 60],
    ['V35.2 max-age below the schema’s', { 'cache-control': 'max-age=10' }, 10],
    ['V35.3 max-age above the schema’s', { 'cache-control': 'max-age=600, public' }, 60],
    ['V35.4 no-store with max-age', { 'cache-control': 'no-store, max-age=60' }, null],
    ['V35.5 max-age before no-store', { 'cache-control': 'max-age=60, no-store' }, null],
    ['V35.6 no-cache', { 'cache-control': 'no-cache' }, null],
    ['V35.7 private beside public', { 'cache-control': 'private, public, max-age=60' }, null],
    ['V35.8 public before private', { 'cache-control': 'Public, PRIVATE' }, null],
    ['V35.9 two max-ages', { 'cache-control': 'max-age=50, max-age=20' }, 20],
    ['V35.10 s-maxage below max-age', { 'cache-control': 'max-age=50, s-maxage=5' }, 5],
    ['V35.11 an Age that leaves some', { 'cache-control': 'max-age=50', age: '30' }, 20],
    ['V35.12 an Age that leaves nothing', { 'cache-control': 'max-age=50', age: '50' }, null],
    ['a max-age that is no number', { 'cache-control': 'max-age=soon' }, null],
    ['an Age that is no number', { age: 'old' }, null],
    ['Vary: *', { vary: '*' }, null],
    ['Vary: what differs from call to call', { vary: 'Accept, X-Request-Id' }, null],
    ['Vary: what is not sent', { vary: 'cookie' }, 60],
    ['no-store in quotes of something else', { 'cache-control': 'extension="no-store", max-age=7' }, 7],
  ])('%s', async (_what, headers, leftSeconds) => {
    const { gateway, shop } = world;
    shop.intercept(answering(answer, headers));
    const { headers: told, body } = await gateway.query(ask);
    expect(body).toEqual({ data: { product: { name: 'x' } } });
    const [, maxAge] = /max-age=(\d+), public/.exec(told.get('cache-control') ?? '') ?? [];
    const left = maxAge === undefined ? null : Number(maxAge) - Number(told.get('age'));
    expect(left).toBe(leftSeconds);
    expect(await asked(shop, () => gateway.query(ask))).toBe(leftSeconds === null ? 1 : 0);
  });
});

describe('purges', () => {
  const purge = (what: Record<string, unknown>) =>
    askAdmin(
      world.gateway,
      'mutation ($subgraph: String, $type: String, $key: String, $tag: String) { purgeCache(subgraph: $subgraph, type: $type, key: $key, tag: $tag) { done } }',
      what,
    );
  const all = '{ products { count } }';
  test.each([
    ['a type', { type: 'Product' }, 3],
    ['a key', { type: 'Product', key: '{"id":"2"}' }, 1],
    ['a key of another kind', { type: 'Product', key: '{"id":2}' }, 1],
    ['a key that is not there', { type: 'Product', key: '{"id":"9"}' }, 0],
    ['another type', { type: 'Person' }, 0],
    ['another subgraph', { subgraph: 'shop' }, 0],
    ['the subgraph', { subgraph: 'stock' }, 3],
    ['a tag that nothing has', { tag: 'x' }, 0],
  ])('%s', async (_what, what, missing) => {
    const { gateway, stock } = world;
    await gateway.query(all);
    await purge(what);
    await gateway.query(all);
    const last = stock.received.slice(1).flatMap(({ body }) => body.variables?.representations ?? []);
    expect(last).toHaveLength(missing);
  });
  test('what was on its way when it was thrown away is not used', async () => {
    const { gateway, stock } = world;
    const { promise: arrived, resolve: onArrived } = Promise.withResolvers<() => void>();
    stock.intercept((response) =>
      onArrived(() => answering({ data: { _entities: [{ count: 77 }] } })(response)),
    );
    const first = gateway.query(product);
    const release = await arrived;
    await purge({ type: 'Product' });
    release();
    expect((await first).body).toEqual({ data: { product: { name: 'product 1', count: 77 } } });
    stock.intercept(null);
    expect((await gateway.query(product)).body).toEqual({
      data: { product: { name: 'product 1', count: 1 } },
    });
  });
  test('of many who miss the same at once one asks', async () => {
    const { gateway, stock } = world;
    const queries = Array.from({ length: 20 }, (_, index) => `{ alias${index}: product(id: "1") { count } }`);
    await Promise.all(queries.map((query) => gateway.query(query)));
    expect(stock.received).toHaveLength(1);
  });
});
