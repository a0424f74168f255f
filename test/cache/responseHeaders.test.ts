import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { answering, asked, type CacheWorld, startCacheWorld } from './cacheWorld.ts';

let world: CacheWorld;
beforeAll(async () => {
  world = await startCacheWorld({
    upstream: { responseHeaders: [{ name: 'x-made-by' }, { name: 'set-cookie' }, { name: 'cache-control' }] },
  });
});
beforeEach(() => world.reset());
afterAll(() => world.stop());

const ask = '{ language }';

test('headers that go back to the client come with what is kept, once for each response', async () => {
  const { gateway, shop, stock } = world;
  shop.intercept(answering({ data: { language: 'x' } }, { 'x-made-by': 'the shop', 'x-other': 'no' }));
  for (const count of [1, 0]) {
    let headers = new Headers();
    const run = async () => {
      ({ headers } = await gateway.query(ask));
    };
    expect(await asked(shop, run)).toBe(count);
    expect(headers.get('x-made-by')).toBe('the shop');
    expect(headers.get('x-other')).toBeNull();
  }
  shop.intercept(null);
  stock.intercept(
    answering({ data: { _entities: [1, 2, 3].map((count) => ({ count })) } }, { 'x-made-by': 'the stock' }),
  );
  const query = '{ products { count } }';
  await gateway.query(query);
  const again = gateway.query(query);
  expect((await again).headers.get('x-made-by')).toBe('the stock');
});

test('how long what is kept may be kept further is what the gateway says, not what was said once', async () => {
  const { gateway, shop, pass } = world;
  shop.intercept(answering({ data: { language: 'x' } }, { 'cache-control': 'max-age=50' }));
  await gateway.query(ask);
  pass(10_000);
  const { headers } = await gateway.query(ask);
  expect(headers.get('cache-control')).toBe('max-age=50, public');
  expect(Number(headers.get('age'))).toBeGreaterThanOrEqual(10);
});

test('what sets a cookie is not kept: it is for who asked', async () => {
  const { gateway, shop } = world;
  shop.intercept(answering({ data: { language: 'x' } }, { 'set-cookie': 'a=b' }));
  const { headers } = await gateway.query(ask);
  expect(headers.get('set-cookie')).toBe('a=b');
  expect(await asked(shop, () => gateway.query(ask))).toBe(1);
});
