import type { ServerResponse } from 'node:http';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { answering, asked, type CacheWorld, startCacheWorld } from './cacheWorld.ts';
import { settled } from './settled.ts';

let world: CacheWorld;
beforeAll(async () => {
  world = await startCacheWorld({
    cache: { maxStale: '60s', subgraphs: { shop: { staleWhileRevalidate: '30s' } } },
  });
});
beforeEach(() => world.reset());
afterAll(() => world.stop());

const product = '{ product(id: "1") { count } }';
const ask = '{ language }';
const speaking = (language: string) => answering({ data: { language, _0_language: language } });
const languageIn = ({ body }: { body: { data?: unknown } }) => (body.data as { language: string }).language;

describe('what has outlived its time stands in for a subgraph that fails, and says so', () => {
  test.each([
    ['with a status', answering({ errors: [{ message: 'down' }] }, {}, 503)],
    ['with nonsense', answering('nonsense')],
    ['without an answer', (response: ServerResponse) => void response.destroy()],
  ])('%s', async (_how, failing) => {
    const { gateway, stock, pass } = world;
    await gateway.query(product);
    pass(40_000);
    stock.intercept(failing);
    const { status, headers, body } = await gateway.query(product);
    expect({ status, body }).toEqual({
      status: 200,
      body: {
        data: { product: { count: 1 } },
        extensions: { degraded: [{ subgraph: 'stock', types: ['Product'], ageSeconds: expect.any(Number) }] },
      },
    });
    expect(headers.get('cache-control')).toBe('no-store');
    pass(60_000);
    expect((await gateway.query(product)).body.data).toEqual({ product: { count: null } });
  });
});

test('a subgraph that is back is asked again', async () => {
  const { gateway, stock, pass } = world;
  await gateway.query(product);
  pass(40_000);
  stock.intercept((response) => response.destroy());
  await gateway.query(product);
  stock.intercept(null);
  pass(5000);
  expect(await asked(stock, () => gateway.query(product))).toBe(1);
});

test('a response that forbids it does not stand in', async () => {
  const { gateway, stock, pass } = world;
  const strictly = { 'cache-control': 'max-age=30, must-revalidate' };
  stock.intercept(answering({ data: { _entities: [{ count: 5 }] } }, strictly));
  await gateway.query(product);
  pass(31_000);
  stock.intercept((response) => void response.destroy());
  const { body } = await gateway.query(product);
  expect(body.data).toEqual({ product: { count: null } });
  expect(body.errors).toHaveLength(1);
});

test('of many who use what has outlived its time one fetches it anew, in the background', async () => {
  const { gateway, shop, pass } = world;
  shop.intercept(speaking('old'));
  await gateway.query(ask);
  pass(61_000);
  const held: (() => void)[] = [];
  shop.intercept((response) => void held.push(() => speaking('new')(response)));
  shop.received.length = 0;
  const used = await Promise.all(Array.from({ length: 5 }, () => gateway.query(ask)));
  expect(used.map(languageIn)).toEqual(Array(5).fill('old'));
  await settled(async () => held.length > 0);
  for (const release of held) release();
  await settled(async () => languageIn(await gateway.query(ask)) === 'new');
  expect(shop.received).toHaveLength(1);
});

test('what nobody used for longer than that is asked for before it is used', async () => {
  const { gateway, shop, pass } = world;
  shop.intercept(speaking('old'));
  await gateway.query(ask);
  pass(91_000);
  shop.intercept(speaking('new'));
  expect(languageIn(await gateway.query(ask))).toBe('new');
});
