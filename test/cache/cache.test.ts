import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { sessionHeader } from '../support/headerIdentity.ts';
import { answering, asked, type CacheWorld, startCacheWorld } from './cacheWorld.ts';

let world: CacheWorld;
beforeEach(async () => {
  world = await startCacheWorld();
});
afterEach(() => world.stop());

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
    const { gateway, shop } = world;
    const fits = '{ product(id: "1") { fits } }';
    expect((await gateway.query(fits)).body).toEqual({ data: { product: { fits: 'a box of 1' } } });
    shop.intercept(answering({ data: { product: { __typename: 'Product', id: '1', size: 7, seen: 'x' } } }));
    const other = '{ product(id: "1") { seen fits } }';
    expect((await gateway.query(other)).body).toEqual({
      data: { product: { seen: 'x', fits: 'a box of 7' } },
    });
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
    expect(failed.body.errors?.[0]?.path).toEqual(['product', 'count']);
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
