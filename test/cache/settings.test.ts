import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { sessionHeader } from '../support/headerIdentity.ts';
import { writeSettings } from '../support/startTestGateway.ts';
import { asked, type CacheWorld, startCacheWorld } from './cacheWorld.ts';

let world: CacheWorld;
beforeAll(async () => {
  world = await startCacheWorld();
});
beforeEach(() => world.reset());
afterAll(() => world.stop());

/** New settings of the cache while it runs; gives those that need a restart. */
async function set(cache: Record<string, unknown>): Promise<readonly string[]> {
  const { gateway, shop, stock } = world;
  const settings = { cache: { audit: 0, ...cache } };
  return gateway.reconfigure(await writeSettings(gateway.folder, { subgraphs: [shop, stock], settings }));
}

describe('settings that change while it runs', () => {
  const uncached = '{ uncached }';
  const timesAsked = async (query: string, headers = {}) => {
    await world.gateway.query(query, { headers });
    return asked(world.shop, () => world.gateway.query(query, { headers }));
  };
  test('how long is kept of what nothing is said', async () => {
    expect(await timesAsked(uncached)).toBe(1);
    expect(await set({ maxAge: '60s' })).toEqual([]);
    expect(await timesAsked(uncached)).toBe(0);
    await set({ maxAge: '60s', subgraphs: { shop: { maxAge: '0s' } } });
    expect(await timesAsked(uncached)).toBe(1);
    await set({});
    expect(await timesAsked(uncached)).toBe(1);
  });
  test('what is private: nobody is answered with what was public before', async () => {
    await set({ maxAge: '60s' });
    expect(await timesAsked(uncached)).toBe(0);
    await set({ subgraphs: { shop: { maxAge: '60s', scope: 'PRIVATE' } } });
    expect(await asked(world.shop, () => world.gateway.query(uncached))).toBe(1);
    expect(await timesAsked(uncached)).toBe(1);
    await set({});
  });
  test('what a mutation throws away', async () => {
    const touch = 'mutation { touch(id: "1") { __typename } }';
    const named = '{ product(id: "1") { name } }';
    await set({ invalidateOn: { touch: [{ type: 'Product' }] } });
    await world.gateway.query(named);
    await world.gateway.query(touch);
    expect(await asked(world.shop, () => world.gateway.query(named))).toBe(1);
    await set({});
    await world.gateway.query(touch);
    expect(await asked(world.shop, () => world.gateway.query(named))).toBe(0);
  });
  test('where it is kept, how much, and whether at all need a restart', async () => {
    expect(await set({ enabled: false, maxBytes: '1MB', timeout: '5ms' })).toEqual([
      'cache.enabled',
      'cache.maxBytes',
      'cache.timeout',
    ]);
    await set({});
  });
});

describe('whole results', () => {
  const ann = sessionHeader({ subject: 'ann', scopes: ['sluice:debug'] });
  const ask = async (query: string, headers: Record<string, string>) => {
    const { body } = await world.gateway.query(query, { headers: { ...headers, 'sluice-debug': 'cache' } });
    const { cache } = (body as { extensions: { cache: { ofResult: boolean; hits: number }[] } }).extensions;
    return cache.every(({ ofResult }) => ofResult);
  };
  test.each([
    ['of what anybody may have are used for all', '{ product(id: "1") { name count } }', true],
    [
      'with something private in them for their session only',
      '{ product(id: "1") { name } me { secret } }',
      false,
    ],
  ])('%s', async (_what, query, isForAll) => {
    expect(await ask(query, ann)).toBe(false);
    expect(await ask(query, ann)).toBe(true);
    const bob = sessionHeader({ subject: 'bob', scopes: ['sluice:debug'] });
    expect(await ask(query, bob)).toBe(isForAll);
    expect(await ask(query, bob)).toBe(true);
  });
  test('with something in them that may not be kept are not kept', async () => {
    expect(await ask('{ language uncached }', ann)).toBe(false);
    expect(await ask('{ language uncached }', ann)).toBe(false);
  });
});
