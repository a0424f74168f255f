import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { askAdmin, publish } from '../support/adminClient.ts';
import { sessionHeader } from '../support/headerIdentity.ts';
import { answering, asked, type CacheWorld, startCacheWorld } from './cacheWorld.ts';
import { settled } from './settled.ts';

let world: CacheWorld;
beforeAll(async () => {
  world = await startCacheWorld({
    upstream: { headers: [{ claim: { 'x-user': 'sub' } }], concurrency: { queue: 10_000, wait: '60s' } },
    server: { batch: { max: 100 } },
    cache: { maxBytes: '1MB' },
    limits: { operation: { cost: { max: 1_000_000 } } },
  });
});
beforeEach(() => world.reset());
afterAll(() => world.stop());

const byId = 'query ($id: ID!) { product(id: $id) { name count } me { secret note } }';

test('V27: the same query of different callers with different variables, at once, cold and then warm', async () => {
  const { gateway } = world;
  const callers = Array.from({ length: 30 }, (_, index) => `user-${index}`);
  for (const _pass of ['cold', 'warm', 'warm']) {
    const answers = await Promise.all(
      callers.map((sub, index) =>
        gateway.query(byId, {
          variables: { id: `${index % 7}` },
          headers: sessionHeader({ subject: sub, claims: { sub } }),
        }),
      ),
    );
    for (const [index, { body }] of answers.entries())
      expect(body).toEqual({
        data: {
          product: { name: `product ${index % 7}`, count: expect.any(Number) },
          me: { secret: `of user-${index}`, note: `of user-${index}` },
        },
      });
  }
});

test('V30, V37: one document with 1,000 sets of variables: each gets its own, and memory has its bound', async () => {
  const { gateway } = world;
  const query = 'query ($id: ID!) { mine: product(id: $id) { called: name } }';
  const ids = Array.from({ length: 1000 }, (_, index) => `${'x'.repeat(300)}${index}`);
  for (const _pass of ['cold', 'warm']) {
    for (let first = 0; first < ids.length; first += 100) {
      const some = ids.slice(first, first + 100);
      const response = await fetch(gateway.endpoint, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(some.map((id) => ({ query, variables: { id } }))),
      });
      expect(await response.json()).toEqual(
        some.map((id) => ({ data: { mine: { called: `product ${id}` } } })),
      );
    }
  }
  const { cache } = await askAdmin<{ cache: { entries: number; bytes: number; maxBytes: number } }>(
    gateway,
    '{ cache { entries bytes maxBytes } }',
  );
  expect(cache.bytes).toBeLessThanOrEqual(cache.maxBytes);
  expect(cache.entries).toBeGreaterThan(100);
  expect(cache.entries).toBeLessThan(1000);
});

test('what is asked for again outlives a flood of what is asked for once, and what that is made of does not', async () => {
  const { gateway, stock } = world;
  // Another alias each time: a whole result that is kept would tell nothing of what it is made of.
  const named = (alias: string) => `query ($id: ID!) { ${alias}: product(id: $id) { count } }`;
  const query = named('first');
  const isKept = async (id: string, alias: string) =>
    (await asked(stock, () => gateway.query(named(alias), { variables: { id } }))) === 0;
  for (const id of ['again', 'once']) await gateway.query(query, { variables: { id } });
  expect(await isKept('again', 'second')).toBe(true);
  const ids = Array.from({ length: 2000 }, (_, index) => `${'y'.repeat(300)}${index}`);
  for (let first = 0; first < ids.length; first += 100) {
    const variables = ids.slice(first, first + 100).map((id) => ({ id }));
    await fetch(gateway.endpoint, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(variables.map((given) => ({ query, variables: given }))),
    }).then((response) => response.text());
  }
  expect(await isKept('again', 'third')).toBe(true);
  expect(await isKept('once', 'third')).toBe(false);
});

test('V36: what is asked for by one supergraph is not waited for by the next', async () => {
  const { gateway, shop } = world;
  const held: (() => void)[] = [];
  shop.intercept((response) => void held.push(() => answering({ data: { language: 'x' } })(response)));
  const before = gateway.query('{ language }');
  await settled(async () => held.length === 1);
  const sdl = shop.sdl.replace('uncached: String', 'uncached: String reloaded: String');
  await publish(gateway, [{ name: 'shop', url: shop.url, sdl }]);
  await settled(async () => {
    const { body } = await gateway.query('{ __type(name: "Query") { fields { name } } }');
    return JSON.stringify(body).includes('reloaded');
  });
  const after = gateway.query('{ language }');
  await settled(async () => held.length === 2);
  for (const release of held) release();
  expect((await before).body).toEqual({ data: { language: 'x' } });
  expect((await after).body).toEqual({ data: { language: 'x' } });
  await publish(gateway, [{ name: 'shop', url: shop.url, sdl: shop.sdl }], { allowBreaking: true });
});
