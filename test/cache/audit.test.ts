import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { askAdmin } from '../support/adminClient.ts';
import { asked, type CacheWorld, startCacheWorld } from './cacheWorld.ts';
import { settled } from './settled.ts';

let world: CacheWorld;
beforeAll(async () => {
  world = await startCacheWorld({
    upstream: { headers: [{ propagate: 'accept-language' }, { propagate: 'x-trail' }] },
    // Wrongly so: what the shop says of its language depends on it.
    cache: { audit: 1, subgraphs: { shop: { ignoreHeaders: ['accept-language', 'x-trail'] } } },
  });
});
beforeEach(() => world.reset());
afterAll(() => world.stop());

const ask = '{ language }';
const german = { 'accept-language': 'de' };
const french = { 'accept-language': 'fr' };

interface Audited {
  readonly audits: Readonly<Record<'same' | 'changed' | 'different' | 'failed', number>>;
  readonly barred: number;
}
async function state(): Promise<Audited> {
  const { cache } = await askAdmin<{ cache: Audited }>(
    world.gateway,
    '{ cache { barred audits { same changed different failed } } }',
    {},
  );
  return cache;
}
/** Runs something whose answer is audited, and waits for the audit. */
async function audited(run: () => Promise<unknown>): Promise<keyof Audited['audits']> {
  const { audits: before } = await state();
  await run();
  let outcome: keyof Audited['audits'] | undefined;
  await settled(async () => {
    const { audits } = await state();
    outcome = (['same', 'changed', 'different', 'failed'] as const).find(
      (name) => audits[name] > before[name],
    );
    return outcome !== undefined;
  });
  return outcome as keyof Audited['audits'];
}

test('what is the same for who asks stays', async () => {
  const { gateway, shop } = world;
  await gateway.query(ask, { headers: { ...german, 'x-trail': '1' } });
  expect(await audited(() => gateway.query(ask, { headers: { ...german, 'x-trail': '2' } }))).toBe('same');
  expect(shop.received.at(-1)?.headers['x-trail']).toBe('2');
  expect((await state()).barred).toBe(0);
});

test('what depends on who asks is an alarm, and kept for nobody until an operator purges it', async () => {
  const { gateway, shop } = world;
  await gateway.query(ask, { headers: german });
  let body: unknown;
  const run = async () => {
    body = (await gateway.query(ask, { headers: french })).body;
  };
  expect(await audited(run)).toBe('different');
  expect(body).toEqual({ data: { language: 'de' } });
  expect((await state()).barred).toBe(1);
  expect(gateway.logged().filter(({ level }) => level === 'error')).toMatchObject([
    { subgraph: 'shop', types: ['Query.language'] },
  ]);
  for (const [headers, language] of [
    [french, 'fr'],
    [german, 'de'],
  ] as const) {
    const count = await asked(shop, async () => {
      const answer = await gateway.query(ask, { headers });
      expect(answer.body).toEqual({ data: { language } });
      expect(answer.headers.get('cache-control')).toBe('no-store');
    });
    expect(count).toBe(1);
  }
  // Another field of the root, and entities, are kept as before.
  await gateway.query('{ product(id: "1") { name } }', { headers: german });
  await audited(() => gateway.query('{ product(id: "1") { name } }', { headers: german }));
  const text = await (await fetch(`${gateway.adminUrl}/metrics`)).text();
  expect(text).toMatch(/sluice_cache_audits_total\{outcome="different"\} 1/);
  expect(text).toMatch(/sluice_cache_barred_types 1/);
  const purge = (type: string) =>
    askAdmin(gateway, 'mutation ($type: String) { purgeCache(type: $type) { done } }', { type });
  await purge('Product');
  expect((await state()).barred).toBe(1);
  await purge('Query');
  expect((await state()).barred).toBe(0);
  await gateway.query(ask, { headers: german });
  expect((await gateway.query(ask, { headers: german })).headers.get('cache-control')).toBe(
    'max-age=60, public',
  );
});

test('what has changed since it was kept, or is another each time, is no alarm', async () => {
  const { gateway } = world;
  const before = gateway.logged().length;
  const product = '{ product(id: "1") { seen } }';
  await gateway.query(product);
  expect(await audited(() => gateway.query(product))).toBe('changed');
  const size = '{ product(id: "2") { size } }';
  await gateway.query(size);
  world.size(3);
  expect(await audited(() => gateway.query(size))).toBe('changed');
  expect((await state()).barred).toBe(0);
  expect(
    gateway
      .logged()
      .slice(before)
      .filter(({ level }) => level === 'error'),
  ).toEqual([]);
});

test('a subgraph that fails tells nothing', async () => {
  const { gateway, shop } = world;
  await gateway.query(ask, { headers: german });
  shop.intercept((response) => response.destroy());
  expect(await audited(() => gateway.query(ask, { headers: french }))).toBe('failed');
  expect((await state()).barred).toBe(0);
});
