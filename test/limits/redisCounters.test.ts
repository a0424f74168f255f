import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { systemClock } from '../../src/base/clock.ts';
import { type Counters, limitsOptions, type Take, type Taken } from '../../src/limits/limits.ts';
import { eventually } from '../support/adminClient.ts';
import { describeWithRedis } from '../support/describeWithRedis.ts';
import { startRedis, type TestRedis } from '../support/startRedis.ts';
import { openCounters, rateTake, silentLog, takeOne } from './countersFixture.ts';

const hourMs = 3_600_000;
/** Nothing grows again within a test. */
const slow = { kind: 'rate', count: 10, periodMs: hourMs, burst: 5 } as const;

describeWithRedis('counters in Redis', () => {
  let redis: TestRedis;
  const open: Counters[] = [];
  let names = 0;

  beforeAll(async () => {
    redis = await startRedis();
  });
  afterEach(async () => {
    for (const counters of open.splice(0)) await counters.close();
  });
  afterAll(async () => {
    await redis.stop();
  });

  /** Counters that have found their Redis. */
  async function openThere(log = silentLog(), more: Record<string, unknown> = {}): Promise<Counters> {
    const counters = await openCounters(
      { store: redis.url, storeTimeout: '1s', ...more },
      { clock: systemClock, log },
    );
    open.push(counters);
    await eventually(() => (log.lines.includes('limits are counted in Redis') ? true : null));
    return counters;
  }
  const fresh = (more: Partial<Take> = {}) => {
    names += 1;
    return rateTake({ identity: `caller ${names}`, rule: slow, ...more });
  };
  const allowed = (taken: readonly Taken[]) => taken.filter((each) => each.allowed).length;

  test('let exactly the burst through, by whichever gateway it comes (L2)', async () => {
    const gateways = await Promise.all([openThere(), openThere(), openThere(), openThere()]);
    const take = fresh();
    const taken = await Promise.all(
      Array.from({ length: 40 }, (_, at) => takeOne(gateways[at % 4] as Counters, take)),
    );
    expect(allowed(taken)).toBe(5);
  });

  test('of two graphs have nothing to do with each other where each has its prefix', async () => {
    const [atlas, shop, alsoShop] = await Promise.all([
      openThere(),
      openThere(silentLog(), { prefix: 'shop' }),
      openThere(silentLog(), { prefix: 'shop' }),
    ]);
    const take = fresh({ cost: 5 });
    expect((await takeOne(atlas, take)).allowed).toBe(true);
    expect((await takeOne(shop, take)).allowed).toBe(true);
    expect((await takeOne(alsoShop, take)).allowed).toBe(false);
  });

  test.each(['', 'a{b}', 'a b', 'x'.repeat(65)])('take no prefix %j', (prefix) => {
    expect(limitsOptions.safeParse({ prefix }).success).toBe(false);
  });

  test('say the same as counters in memory, whatever is taken', async () => {
    const there = await openThere();
    const here = await openCounters({}, { clock: systemClock });
    const rules = [
      slow,
      { kind: 'window', max: 4, windowMs: hourMs, countRefused: false },
      { kind: 'window', max: 4, windowMs: hourMs, countRefused: true },
      { kind: 'period', max: 12, endsInMs: hourMs },
    ] as const;
    const takes = fc.array(fc.record({ rule: fc.nat(3), cost: fc.integer({ min: 1, max: 6 }) }), {
      minLength: 1,
      maxLength: 3,
    });
    const step = fc.record({ takes, adjust: fc.integer({ min: -6, max: 6 }) });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 12 }), async (steps) => {
        const caller = fresh().identity;
        for (const { takes, adjust } of steps) {
          const kinds = new Map(takes.map((each) => [each.rule, each.cost]));
          const asked = [...kinds].map(([at, cost]) => ({
            setting: `rule ${at}`,
            identity: caller,
            cost,
            rule: rules[at] as Take['rule'],
          }));
          const [mine, theirs] = [await here.take(asked), await there.take(asked)];
          expect(theirs.map(coarse)).toEqual(mine.map(coarse));
          const moved = [0, 3].map((at) => ({
            setting: `rule ${at}`,
            identity: caller,
            cost: adjust,
            rule: rules[at] as Take['rule'],
          }));
          here.adjust(moved);
          there.adjust(moved);
        }
      }),
      { numRuns: 60 },
    );
  });

  test('grow again by the time of Redis', async () => {
    const there = await openThere();
    const take = fresh({ rule: { kind: 'rate', count: 2, periodMs: 2000, burst: 2 } });
    await there.take([{ ...take, cost: 2 }]);
    const refused = await takeOne(there, take);
    expect(refused.allowed).toBe(false);
    expect(refused.retryMs).toBeLessThanOrEqual(1000);
    await new Promise((resolve) => setTimeout(resolve, refused.retryMs + 5));
    expect(await takeOne(there, take)).toMatchObject({ allowed: true });
  });

  test('keep callers apart whose names could be taken for each other (L5)', async () => {
    const there = await openThere();
    for (const identity of ['a:b', 'a', 'b:c', 'A:B', 'a}b', '{a}', '\u00e9', 'e\u0301', '', '#']) {
      const all = await Promise.all(Array.from({ length: 6 }, () => takeOne(there, fresh({ identity }))));
      expect(allowed(all)).toBe(5);
    }
  });

  test('start anew when Redis has forgotten: one more burst, not more (L8)', async () => {
    const there = await openThere();
    const take = fresh();
    const burst = async () =>
      allowed(await Promise.all(Array.from({ length: 20 }, () => takeOne(there, take))));
    expect(await burst()).toBe(5);
    await redis.kill();
    await redis.restart();
    await eventually(async () => ((await takeOne(there, fresh())).remaining >= 4 ? true : null));
    expect(await burst()).toBeLessThanOrEqual(5);
    expect(await burst()).toBeLessThanOrEqual(5);
  });
});

function coarse({ allowed: isAllowed, remaining, resetMs, retryMs }: Taken) {
  // Both clocks go on while the test runs, so times are compared by the minute.
  const minutes = (ms: number) => (Number.isFinite(ms) ? Math.round(ms / 60_000) : ms);
  return { isAllowed, remaining, resets: minutes(resetMs), again: minutes(retryMs) };
}

describeWithRedis('without Redis', () => {
  let redis: TestRedis;
  const open: Counters[] = [];

  beforeAll(async () => {
    redis = await startRedis();
  });
  afterEach(async () => {
    for (const counters of open.splice(0)) await counters.close();
    await redis.kill();
    await redis.restart();
  });
  afterAll(async () => {
    await redis.stop();
  });
  async function openGateway(options: Record<string, unknown> = {}) {
    const log = silentLog();
    const counters = await openCounters({ store: redis.url, ...options }, { clock: systemClock, log });
    open.push(counters);
    return { counters, log };
  }
  const found = ({ log }: { log: { lines: string[] } }) =>
    eventually(() => (log.lines.includes('limits are counted in Redis') ? true : null));

  test('each gateway lets its share through, from where it stood', async () => {
    const patient = { storeTimeout: '1s' };
    const gateways = [];
    for (let at = 0; at < 4; at += 1) gateways.push(await openGateway(patient));
    for (const gateway of gateways) await found(gateway);
    // Another beat, so that each has seen the others.
    await new Promise((resolve) => setTimeout(resolve, 1100));
    const take = rateTake({ rule: { kind: 'rate', count: 40, periodMs: hourMs, burst: 40 } });
    for (const { counters } of gateways) await counters.take([{ ...take, cost: 5 }]);
    await redis.kill();
    let through = 0;
    for (const { counters } of gateways) {
      for (let at = 0; at < 40; at += 1) if ((await takeOne(counters, take)).allowed) through += 1;
    }
    // 20 of 40 were left when Redis went; each gateway knew 35, 30, 25 or 20 of them to be left, and lets a quarter of that through.
    expect(through).toBeGreaterThanOrEqual(20);
    expect(through).toBeLessThanOrEqual(30);
    expect(gateways[0]?.log.lines).toContain(
      'Redis does not answer: limits are counted here, each by its share',
    );
  });

  test('that was never there, limits hold all the same, by the number of gateways that is set', async () => {
    await redis.kill();
    const { counters, log } = await openGateway({ gateways: 4 });
    const take = rateTake({ rule: { kind: 'rate', count: 40, periodMs: hourMs, burst: 40 } });
    let through = 0;
    for (let at = 0; at < 40; at += 1) if ((await takeOne(counters, take)).allowed) through += 1;
    expect(through).toBe(10);
    await eventually(() =>
      log.lines.some((line) => line.startsWith('Redis does not answer')) ? true : null,
    );
  });

  test('a Redis that stands still delays requests by the timeout, until it is known to', async () => {
    const gateway = await openGateway({ storeTimeout: '300ms' });
    await found(gateway);
    redis.freeze();
    const answered = gateway.counters.take([rateTake()]);
    expect(answered).toBeInstanceOf(Promise);
    expect(await answered).toMatchObject([{ allowed: true }]);
    await eventually(() => (gateway.counters.take([rateTake()]) instanceof Promise ? null : true));
    redis.thaw();
    await eventually(() =>
      gateway.log.lines.filter((line) => line === 'limits are counted in Redis').length === 2 ? true : null,
    );
    expect(gateway.counters.take([rateTake()])).toBeInstanceOf(Promise);
  });

  test('what was decided before a late answer came is reconciled with it', async () => {
    const [one, other] = [
      await openGateway({ storeTimeout: '300ms', gateways: 2 }),
      await openGateway({ storeTimeout: '1s' }),
    ];
    await found(one);
    await found(other);
    const rule = { kind: 'period', max: 100, endsInMs: hourMs } as const;
    const take = rateTake({ setting: 'limits.quotas[0]', identity: 'late', rule });
    const left = async () => (await takeOne(other.counters, { ...take, cost: 0 })).remaining;
    await one.counters.take([{ ...take, cost: 50 }]);
    redis.freeze();
    // Half is left for two gateways: alone this one cannot give 30 of it, though Redis will.
    expect(await takeOne(one.counters, { ...take, cost: 30 })).toMatchObject({ allowed: false });
    expect(await takeOne(one.counters, { ...take, cost: 10 })).toMatchObject({ allowed: true });
    redis.thaw();
    await eventually(async () => ((await left()) === 40 ? true : null));
  });

  test('what was taken from a total meanwhile is counted when Redis is back', async () => {
    const [one, other] = [await openGateway(), await openGateway()];
    await found(one);
    await found(other);
    const rule = { kind: 'period', max: 100, endsInMs: hourMs } as const;
    const take = rateTake({ setting: 'limits.quotas[0]', rule });
    redis.freeze();
    await eventually(() => (one.counters.take([{ ...take, cost: 0 }]) instanceof Promise ? null : true));
    await one.counters.take([{ ...take, cost: 30 }]);
    one.counters.adjust([{ ...take, cost: -10 }]);
    redis.thaw();
    await eventually(async () =>
      (await takeOne(other.counters, { ...take, cost: 0 })).remaining === 80 ? true : null,
    );
  });
});
