import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { beforeEach, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Counters, Take } from '../../src/limits/limits.ts';
import { createManualClock, type ManualClock } from '../support/manualClock.ts';
import { openCounters, rateTake, takeOne } from './countersFixture.ts';

/** Of what is still in use. */
function heapUsed(): number {
  setFlagsFromString('--expose-gc');
  runInNewContext('gc')();
  return process.memoryUsage().heapUsed;
}

let clock: ManualClock;
let counters: Counters;

beforeEach(async () => {
  clock = createManualClock();
  counters = await openCounters({}, { clock });
});

const takeMany = async (count: number, take: Take) => {
  const all = [];
  for (let at = 0; at < count; at += 1) all.push((await takeOne(counters, take)).allowed);
  return all.filter(Boolean).length;
};

describe('a rate', () => {
  test('lets exactly its burst through at once, and says when the next one comes (L1)', async () => {
    expect(await takeMany(6, rateTake())).toBe(5);
    expect(await takeOne(counters, rateTake())).toEqual({
      allowed: false,
      remaining: 0,
      resetMs: 500,
      retryMs: 100,
    });
    clock.advance(99);
    expect(await takeMany(1, rateTake())).toBe(0);
    clock.advance(1);
    expect(await takeMany(2, rateTake())).toBe(1);
  });

  test('tells what is left and until when', async () => {
    expect(await takeOne(counters, rateTake({ cost: 3 }))).toEqual({
      allowed: true,
      remaining: 2,
      resetMs: 300,
      retryMs: 0,
    });
    clock.advance(150);
    expect(await takeOne(counters, rateTake({ cost: 1 }))).toMatchObject({ remaining: 2, resetMs: 250 });
  });

  test('gives no second burst over the edge of a period (L3)', async () => {
    clock.advance(990);
    expect(await takeMany(10, rateTake())).toBe(5);
    clock.advance(20);
    expect(await takeMany(10, rateTake())).toBe(0);
  });

  test('what can never be taken at once says so', async () => {
    expect(await takeOne(counters, rateTake({ cost: 6 }))).toMatchObject({
      allowed: false,
      remaining: 5,
      retryMs: Number.POSITIVE_INFINITY,
    });
  });

  test('never lets more through than burst and rate allow, in any interval, and never wastes a unit', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ waitMs: fc.nat(400), cost: fc.integer({ min: 1, max: 7 }) }), { maxLength: 60 }),
        async (steps) => {
          const own = await openCounters({}, { clock });
          const letIn: { atMs: number; cost: number }[] = [];
          let left = 5;
          for (const { waitMs, cost } of steps) {
            clock.advance(waitMs);
            left = Math.min(5, left + waitMs / 100);
            const { allowed, remaining } = await takeOne(own, rateTake({ cost }));
            expect(allowed).toBe(cost <= left + 1e-6);
            if (allowed) {
              left -= cost;
              letIn.push({ atMs: clock.monotonicMs(), cost });
            }
            expect(remaining).toBe(Math.floor(left + 1e-6));
          }
          for (const [at, first] of letIn.entries()) {
            let sum = 0;
            for (const { atMs, cost } of letIn.slice(at)) {
              sum += cost;
              expect(sum).toBeLessThanOrEqual(5 + (atMs - first.atMs) / 100 + 1e-6);
            }
          }
        },
      ),
    );
  });

  test('cares nothing about jumps of the clock on the wall (L7)', async () => {
    await takeMany(5, rateTake());
    clock.jump(3_600_000);
    expect(await takeMany(1, rateTake())).toBe(0);
    clock.jump(-7_200_000);
    expect(await takeMany(1, rateTake())).toBe(0);
    clock.advance(100);
    expect(await takeMany(1, rateTake())).toBe(1);
  });

  test('keeps callers apart whose names could be taken for each other (L5)', async () => {
    const names = [
      'a:b',
      'a',
      'b:c',
      'A:B',
      'a b',
      'a\nb',
      '\u00e9',
      'e\u0301',
      '',
      '#',
      'x'.repeat(200),
      'x'.repeat(201),
    ];
    for (const identity of names) {
      expect(await takeMany(6, rateTake({ identity }))).toBe(5);
      expect(await takeMany(6, rateTake({ identity, setting: 'limits.perHeader[0]' }))).toBe(5);
    }
  });

  test('takes back what is given, and never more than a burst', async () => {
    await takeMany(5, rateTake());
    counters.adjust([rateTake({ cost: -2 })]);
    expect(await takeMany(6, rateTake())).toBe(2);
    counters.adjust([rateTake({ cost: -1000 })]);
    expect(await takeMany(6, rateTake())).toBe(5);
    counters.adjust([rateTake({ cost: 1000 })]);
    expect(await takeOne(counters, rateTake())).toMatchObject({ retryMs: 100 });
  });
});

describe('many callers (L4)', () => {
  test('grow memory to a bound, and reset nobody who goes on', async () => {
    const hot = rateTake({ rule: { kind: 'rate', count: 1, periodMs: 3_600_000, burst: 5 } });
    await takeMany(5, hot);
    const before = heapUsed();
    let escaped = 0;
    for (let at = 0; at < 1_000_000; at += 1) {
      void counters.take([{ ...hot, identity: `2001:db8:${at.toString(16)}::/64` }]);
      if (at % 1000 === 0 && (await takeOne(counters, hot)).allowed) escaped += 1;
    }
    expect(escaped).toBe(0);
    expect(heapUsed() - before).toBeLessThan(64 * 1024 * 1024);
  });
});

describe('a window', () => {
  const rule = { kind: 'window', max: 3, windowMs: 1000, countRefused: false } as const;
  const take = rateTake({ setting: 'Query.login', rule });

  test('lets its most through in any window of its length, looking back (L3)', async () => {
    clock.advance(900);
    expect(await takeMany(2, take)).toBe(2);
    clock.advance(200);
    expect(await takeMany(3, take)).toBe(1);
    expect(await takeOne(counters, take)).toMatchObject({ allowed: false, remaining: 0, retryMs: 800 });
    clock.advance(800);
    expect(await takeMany(3, take)).toBe(2);
  });

  test('counts several at once, all or none', async () => {
    expect(await takeMany(1, { ...take, cost: 2 })).toBe(1);
    expect(await takeOne(counters, { ...take, cost: 2 })).toMatchObject({ allowed: false, remaining: 1 });
    expect(await takeMany(1, take)).toBe(1);
    expect(await takeOne(counters, { ...take, cost: 4 })).toMatchObject({
      retryMs: Number.POSITIVE_INFINITY,
    });
  });

  test('keeps who goes on trying out, where what is refused counts', async () => {
    const strict = { ...take, rule: { ...rule, countRefused: true } };
    await takeMany(3, strict);
    for (let at = 0; at < 20; at += 1) {
      clock.advance(300);
      expect(await takeMany(1, strict)).toBe(0);
    }
    clock.advance(1000);
    expect(await takeMany(4, strict)).toBe(3);
  });

  test('agrees with a list of moments, whatever is taken when', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.boolean(),
        fc.array(fc.record({ waitMs: fc.nat(700), cost: fc.integer({ min: 1, max: 4 }) }), { maxLength: 80 }),
        async (countRefused, steps) => {
          const own = await openCounters({}, { clock });
          let moments: number[] = [];
          for (const { waitMs, cost } of steps) {
            clock.advance(waitMs);
            const nowMs = clock.monotonicMs();
            moments = moments.filter((atMs) => atMs + 1000 > nowMs).slice(-3);
            const fits = moments.length + cost <= 3;
            const ownTake = { ...take, cost, rule: { ...rule, countRefused } };
            expect((await takeOne(own, ownTake)).allowed).toBe(fits);
            if (fits || countRefused) moments.push(...new Array<number>(Math.min(cost, 3)).fill(nowMs));
          }
        },
      ),
    );
  });
});

describe('a period', () => {
  const take = rateTake({ setting: 'quota', rule: { kind: 'period', max: 10, endsInMs: 60_000 } });

  test('lets its total through and then waits for its end', async () => {
    expect(await takeOne(counters, { ...take, cost: 7 })).toMatchObject({ allowed: true, remaining: 3 });
    expect(await takeOne(counters, { ...take, cost: 4 })).toEqual({
      allowed: false,
      remaining: 3,
      resetMs: 60_000,
      retryMs: 60_000,
    });
    expect(await takeOne(counters, { ...take, cost: 3 })).toMatchObject({ allowed: true, remaining: 0 });
    expect(await takeOne(counters, { ...take, identity: 'next month' })).toMatchObject({ remaining: 9 });
  });

  test('may be overdrawn when it turns out what something cost', async () => {
    await takeOne(counters, take);
    counters.adjust([{ ...take, cost: 20 }]);
    expect(await takeOne(counters, take)).toMatchObject({ allowed: false, remaining: 0 });
    counters.adjust([{ ...take, cost: -15 }]);
    expect(await takeOne(counters, take)).toMatchObject({ allowed: true, remaining: 3 });
  });
});

describe('several counters at once', () => {
  test('are taken from all or from none', async () => {
    const day = rateTake({ setting: 'day', rule: { kind: 'period', max: 2, endsInMs: 1000 } });
    const month = rateTake({ setting: 'month', rule: { kind: 'period', max: 5, endsInMs: 9000 } });
    await counters.take([day, month]);
    await counters.take([day, month]);
    expect(await counters.take([day, month])).toMatchObject([
      { allowed: false, remaining: 0 },
      { allowed: true, remaining: 3 },
    ]);
    expect(await takeOne(counters, month)).toMatchObject({ remaining: 2 });
  });
});
