import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import KeyvRedis from '@keyv/redis';
import { askAdmin } from '../support/adminClient.ts';
import { describeWithRedis } from '../support/describeWithRedis.ts';
import { headerIdentity } from '../support/headerIdentity.ts';
import { startRedis, type TestRedis } from '../support/startRedis.ts';
import { startTcpProxy, type TcpProxy } from '../support/startTcpProxy.ts';
import { startTestGateway, type TestGateway } from '../support/startTestGateway.ts';
import { asked, type CacheWorld, startCacheWorld } from './cacheWorld.ts';
import { settled } from './settled.ts';

/** What these tests do with Redis beside the gateway. */
interface Client {
  get(name: string): Promise<string | null>;
  set(name: string, value: string): Promise<unknown>;
  sendCommand(words: readonly string[]): Promise<unknown>;
  destroy(): void;
}

const query = '{ product(id: "1") { name count } }';

describeWithRedis('answers in Redis', () => {
  let redis: TestRedis;
  let proxy: TcpProxy;
  let world: CacheWorld;
  let client: Pick<Client, 'get' | 'set' | 'sendCommand' | 'destroy'>;
  beforeAll(async () => {
    redis = await startRedis();
    proxy = await startTcpProxy({ host: '127.0.0.1', port: Number(new URL(redis.url).port) });
    // Without joined calls no whole results are kept: each request asks Redis.
    world = await startCacheWorld({
      // The test is at work in the same process: what it does may take longer than the 25 ms that Redis has.
      cache: { store: `redis://127.0.0.1:${proxy.port}`, maxStale: '60s', timeout: '1s' },
      upstream: { join: false },
    });
    const connecting = new KeyvRedis<string>(redis.url).client as never as Client & {
      on(event: string, told: () => void): void;
      connect(): Promise<void>;
    };
    connecting.on('error', () => undefined);
    await connecting.connect();
    client = connecting;
  });
  beforeEach(async () => {
    await settled(() => isKept());
    await purge(world.gateway, { type: 'Product' });
    await settled(() => isKept());
  });
  afterEach(() => {
    proxy.delay(0);
    proxy.set('open');
  });
  afterAll(async () => {
    client.destroy();
    await world.stop();
    await proxy.stop();
    await redis.stop();
  });

  async function isKept(by = world.gateway): Promise<boolean> {
    expect((await by.query(query)).body.errors).toBeUndefined();
    return (await asked(world.stock, () => by.query(query))) === 0;
  }
  const purge = (gateway: TestGateway, what: { type: string }) =>
    askAdmin(gateway, 'mutation ($type: String) { purgeCache(type: $type) { done } }', what);
  const names = async (): Promise<readonly string[]> =>
    ((await client.sendCommand(['KEYS', '*sluice:cache:1:*'])) as string[]).filter(
      (name) => name.length > 50,
    );
  const right = { data: { product: { name: 'product 1', count: expect.any(Number) } } };
  async function answersRightly(times: number): Promise<void> {
    for (let index = 0; index < times; index += 1)
      expect((await world.gateway.query(query)).body).toEqual(right);
  }

  test('are kept, and thrown away', async () => {
    await purge(world.gateway, { type: 'Product' });
    expect(await asked(world.stock, () => world.gateway.query(query))).toBe(1);
    await settled(() => isKept());
  });

  test('are shared by gateways, and what one throws away no other uses a second later', async () => {
    const { shop, stock } = world;
    const other = await startTestGateway({
      subgraphs: [shop, stock],
      identity: headerIdentity,
      settings: {
        cache: { store: redis.url, audit: 0, maxStale: '60s', timeout: '1s' },
        upstream: { join: false },
      },
    });
    try {
      const count = async (by: TestGateway) =>
        ((await by.query(query)).body.data as { product: { count: number } }).product.count;
      // The subgraph counts how often it was asked: each by itself would never say the same.
      await settled(async () => (await count(other)) === (await count(world.gateway)));
      const before = await count(other);
      const purgedAtMs = performance.now();
      await purge(world.gateway, { type: 'Product' });
      let lastUsedMs = 0;
      await settled(async () => {
        const askedMs = performance.now() - purgedAtMs;
        if ((await count(other)) !== before) return true;
        lastUsedMs = askedMs;
        return false;
      });
      // However slow this machine is, nobody who asks a second later gets it.
      expect(lastUsedMs).toBeLessThan(1000);
    } finally {
      await other.stop();
    }
  });

  test('V29: values under each other’s names, as a name cut short would have it, are misses', async () => {
    await world.gateway.query('{ products { name count } }');
    const all = await names();
    expect(all.length).toBeGreaterThan(3);
    const values = await Promise.all(all.map((name) => client.get(name)));
    for (const [index, name] of all.entries())
      await client.set(name, String(values[(index + 1) % values.length]));
    await answersRightly(1);
    const { body } = await world.gateway.query('{ products { name } }');
    expect(body.data).toEqual({ products: ['1', '2', '3'].map((id) => ({ name: `product ${id}` })) });
  });

  test.each([
    ['garbage', 'garbage'],
    ['nothing', ''],
    ['another form', 'p{"key":"x","text":"{}"}'],
    ['a bomb', `z${'A'.repeat(100_000)}`],
    ['binary', 'z\u0000\u0001'],
  ])('V37: %s in the place of a value is a miss, and written over', async (_what, value) => {
    for (const name of await names()) await client.set(name, value);
    expect(await asked(world.stock, () => answersRightly(1))).toBe(1);
    await settled(() => isKept());
  });

  test('V37: what was changed within a value is not used where its text is none', async () => {
    for (const name of await names()) {
      const value = String(await client.get(name));
      await client.set(
        name,
        value.replaceAll('\\"name\\":', '\\"name\\"').replaceAll('\\"count\\":', '\\"count'),
      );
    }
    await answersRightly(2);
  });

  test('a flushed Redis is an empty one', async () => {
    await client.sendCommand(['FLUSHALL']);
    await answersRightly(3);
    await settled(() => isKept());
  });

  test('a Redis that takes half a second costs nobody an answer, and is asked no more meanwhile', async () => {
    const reads = async () =>
      Number(
        /cmdstat_mget:calls=(\d+)/.exec(String(await client.sendCommand(['INFO', 'commandstats'])))?.[1],
      );
    expect(await reads()).toBeGreaterThan(0);
    proxy.delay(500);
    await answersRightly(20);
    const before = await reads();
    await answersRightly(10);
    expect(await reads()).toBe(before);
    proxy.delay(0);
    await settled(() => isKept());
  });

  test('a Redis that hangs, and one that is gone, cost nobody an answer', async () => {
    redis.freeze();
    await answersRightly(20);
    redis.thaw();
    await settled(() => isKept());
    proxy.set('closed');
    await answersRightly(20);
    await expect(purge(world.gateway, { type: 'Product' })).rejects.toThrow(/will be when it is back/);
    proxy.set('open');
    await settled(() => isKept());
  });
});
