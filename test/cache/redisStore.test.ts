import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { askAdmin } from '../support/adminClient.ts';
import { describeWithRedis, startRedis, type TestRedis } from '../support/startRedis.ts';
import { asked, type CacheWorld, startCacheWorld } from './cacheWorld.ts';

const query = '{ product(id: "1") { name count } }';

describeWithRedis('answers in Redis', () => {
  let redis: TestRedis;
  let world: CacheWorld;
  beforeAll(async () => {
    redis = await startRedis();
    world = await startCacheWorld({ cache: { store: redis.url, maxStale: '60s' } });
    await settled(() => isKept());
  }, 60_000);
  afterAll(async () => {
    await world.stop();
    await redis.stop();
  });

  async function isKept(): Promise<boolean> {
    await world.gateway.query(query);
    return (await asked(world.stock, () => world.gateway.query(query))) === 0;
  }
  async function settled(isSo: () => Promise<boolean>): Promise<void> {
    const endsAtMs = Date.now() + 5000;
    while (!(await isSo())) if (Date.now() > endsAtMs) throw new Error('It did not come to be so in 5 s');
  }

  test('are kept, and thrown away', async () => {
    expect(await isKept()).toBe(true);
    await askAdmin(world.gateway, 'mutation { purgeCache(type: "Product") { done } }', {});
    expect(await asked(world.stock, () => world.gateway.query(query))).toBe(1);
    await settled(() => isKept());
  });
  test('a flushed Redis is an empty one', async () => {
    await redis.kill();
    const { body } = await world.gateway.query(query);
    expect(body.errors).toBeUndefined();
    await redis.restart();
    await settled(() => isKept());
  }, 20_000);
  test('a Redis that hangs costs nobody an answer', async () => {
    redis.freeze();
    for (let index = 0; index < 20; index += 1)
      expect((await world.gateway.query(query)).body.errors).toBeUndefined();
    redis.thaw();
    await settled(() => isKept());
  }, 20_000);
});
