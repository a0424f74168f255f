import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { answering, type CacheWorld, startCacheWorld } from './cacheWorld.ts';

let world: CacheWorld;
beforeAll(async () => {
  world = await startCacheWorld({
    cache: { maxStale: '60s', subgraphs: { shop: { staleWhileRevalidate: '30s' } } },
  });
}, 60_000);
beforeEach(() => world.reset());
afterAll(() => world.stop());

const briefly = { 'cache-control': 'max-age=1' };
const passed = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
const product = '{ product(id: "1") { count } }';

test('what has outlived its time stands in for a subgraph that fails, and says so', async () => {
  const { gateway, stock } = world;
  stock.intercept(answering({ data: { _entities: [{ count: 5 }] } }, briefly));
  await gateway.query(product);
  await passed(1100);
  for (const failing of [
    answering({ errors: [{ message: 'down' }] }, {}, 503),
    answering('nonsense'),
    (response: Parameters<ReturnType<typeof answering>>[0]) => void response.destroy(),
  ]) {
    stock.intercept(failing);
    const { status, headers, body } = await gateway.query(product);
    expect({ status, body }).toEqual({
      status: 200,
      body: {
        data: { product: { count: 5 } },
        extensions: { degraded: [{ subgraph: 'stock', types: ['Product'], ageSeconds: expect.any(Number) }] },
      },
    });
    expect(headers.get('cache-control')).toBe('no-store');
  }
});

test('a response that forbids it does not stand in', async () => {
  const { gateway, stock } = world;
  stock.intercept(
    answering({ data: { _entities: [{ count: 5 }] } }, { 'cache-control': 'max-age=1, must-revalidate' }),
  );
  await gateway.query(product);
  await passed(1100);
  stock.intercept((response) => void response.destroy());
  const { body } = await gateway.query(product);
  expect(body.data).toEqual({ product: { count: null } });
  expect(body.errors).toHaveLength(1);
});

test('of many who use what has outlived its time one fetches it anew, in the background', async () => {
  const { gateway, shop } = world;
  const ask = '{ language }';
  const answer = (language: string) => answering({ data: { language, _0_language: language } }, briefly);
  shop.intercept(answer('old'));
  await gateway.query(ask);
  await passed(1100);
  const held: (() => void)[] = [];
  shop.intercept((response) => void held.push(() => answer('new')(response)));
  shop.received.length = 0;
  const used = await Promise.all(Array.from({ length: 5 }, () => gateway.query(ask)));
  expect(used.map(({ body }) => (body.data as { language: string }).language)).toEqual(Array(5).fill('old'));
  for (const release of held) release();
  await passed(100);
  expect(shop.received).toHaveLength(1);
  expect((await gateway.query(ask)).body).toEqual({ data: { language: 'new' } });
});
