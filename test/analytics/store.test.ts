import { mkdir, readFile, rmdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from '@jest/globals';
import { buildSchema } from 'graphql';
import { eventually } from '../support/adminClient.ts';
import { createManualClock, type ManualClock } from '../support/manualClock.ts';
import { askedOf, operationOf, outcomeOf, sessionOf } from '../support/outcomes.ts';
import { startTcpProxy } from '../support/startTcpProxy.ts';
import { onEachStore, onPostgres, type TestStore } from '../support/stores.ts';
import { createAnalyticsFixture, type OpenAnalytics } from './analyticsFixture.ts';

const fixture = createAnalyticsFixture();
const ends: Array<() => Promise<void>> = [];
afterEach(async () => {
  await fixture.end();
  for (const end of ends.splice(0)) await end();
});

const schema = buildSchema('type Query { a: Int b: Int }');
const [first, second] = [operationOf('query First { a }'), operationOf('query Second { b }')];
const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

function ask({ record }: Pick<OpenAnalytics, 'record'>, operation = first, totalMs = 10): void {
  record(
    outcomeOf({
      asked: [askedOf({ operation })],
      schema,
      session: sessionOf('acme'),
      client: 'web',
      totalMs,
    }),
  );
}

/** At the beginning of a day, so that it is known when hours and days end. */
function clockAtMidnight(): ManualClock {
  const clock = createManualClock();
  clock.advance(dayMs - (clock.wallMs() % dayMs));
  return clock;
}

async function callsOf(
  { usage }: OpenAnalytics,
  period: { fromMs: number; untilMs: number },
): Promise<number> {
  const { rows } = await usage.totals({
    kind: 'operation',
    by: ['one'],
    period,
    order: 'calls',
    first: 1000,
  });
  return rows.reduce((sum, { now }) => sum + now.calls, 0);
}

/** A store that can be made to fail and to work again. */
async function failing(store: TestStore) {
  const dir = await fixture.folder();
  if (store.kind === 'sqlite') {
    const inTheWay = join(dir, 'usage.db');
    await mkdir(inTheWay);
    return { dir, url: `sqlite:${dir}`, repair: () => rmdir(inTheWay) };
  }
  const url = new URL(await store.place(dir));
  const proxy = await startTcpProxy({ host: url.hostname, port: Number(url.port) });
  ends.push(() => proxy.stop());
  proxy.set('closed');
  Object.assign(url, { hostname: '127.0.0.1', port: String(proxy.port) });
  return { dir, url: url.href, repair: async () => proxy.set('open') };
}

onEachStore((store) => {
  test('the store takes nothing for ten minutes: nothing is lost, and it is said once', async () => {
    const clock = clockAtMidnight();
    const fromMs = clock.wallMs();
    const { dir, url, repair } = await failing(store);
    const open = await fixture.open(clock, { dir, url });
    for (let tick = 0; tick < 600; tick += 1) {
      ask(open, tick % 3 === 0 ? second : first);
      clock.advance(1000);
      if (tick % 60 === 0) await open.usage.operation('ships').catch(() => null);
    }
    expect(open.said.filter((message) => message.includes('it waits in memory'))).toHaveLength(1);
    await repair();
    const told = await eventually(async () => {
      const calls = await callsOf(open, { fromMs, untilMs: clock.wallMs() }).catch(() => 0);
      return calls === 600 ? calls : null;
    });
    expect([told, open.usage.lost()]).toEqual([600, 0]);
    const { rows } = await open.usage.totals({
      ...{ kind: 'operation', by: ['one'], order: 'calls', first: 10 },
      period: { fromMs, untilMs: clock.wallMs() },
    });
    expect(rows.map(({ now }) => now.calls)).toEqual([400, 200]);
    expect(open.said).toContain('usage can be written again');
  });

  test('a process that ends while it takes nothing leaves a file, and the next one writes it, once', async () => {
    const clock = clockAtMidnight();
    const fromMs = clock.wallMs();
    const { dir, url, repair } = await failing(store);
    const open = await fixture.open(clock, { dir, url });
    for (let count = 0; count < 50; count += 1) ask(open);
    await open.close();
    expect(JSON.parse(await readFile(join(dir, 'usage-spool.json'), 'utf8'))).not.toHaveLength(0);
    await repair();
    for (const expected of [57, 64]) {
      clock.advance(minuteMs);
      const next = await fixture.open(clock, { dir, url });
      for (let count = 0; count < 7; count += 1) ask(next);
      const calls = await eventually(async () => {
        const found = await callsOf(next, { fromMs, untilMs: clock.wallMs() + 1 }).catch(() => 0);
        return found >= expected ? found : null;
      });
      expect(calls).toBe(expected);
      await next.close();
    }
    await expect(readFile(join(dir, 'usage-spool.json'))).rejects.toThrow('ENOENT');
  });

  test('what waits is bounded: the oldest minutes are let go of, counted and told', async () => {
    const clock = clockAtMidnight();
    const { dir, url, repair } = await failing(store);
    const fromMs = clock.wallMs();
    const open = await fixture.open(clock, {
      dir,
      url,
      settings: { maxWaiting: '1MB', max: { operations: 2000 } },
    });
    const asked = 20 * 300;
    for (let minute = 0; minute < 20; minute += 1) {
      for (let index = 0; index < 300; index += 1)
        ask(open, operationOf(`query Q${index} { a }`), 1 + ((index * 37) % 900));
      clock.advance(minuteMs);
      await open.usage.operation('ships').catch(() => null);
    }
    expect(open.usage.lost()).toBeGreaterThan(0);
    expect(open.said).toContain(
      'usage of a minute is lost: the store takes nothing, and too much waits for it',
    );
    await repair();
    const kept = asked - open.usage.lost();
    await eventually(async () => {
      const calls = await callsOf(open, { fromMs, untilMs: clock.wallMs() }).catch(() => 0);
      return calls === kept ? calls : null;
    });
  });

  test('minutes become hours, hours days; each is kept as long as it says, and the sums stay', async () => {
    const clock = clockAtMidnight();
    const dir = await fixture.folder();
    const settings = { retention: { minutes: '2h', hours: '2d', days: '7d' } };
    const open = await fixture.open(clock, { dir, url: await store.place(dir), settings });
    const fromMs = clock.wallMs();
    const stepOf = async (from: number, until: number) => {
      const { stepMs, points } = await open.usage.series({
        kind: 'operation',
        period: { fromMs: from, untilMs: until },
      });
      return [stepMs, points.reduce((sum, { totals }) => sum + totals.calls, 0)];
    };
    for (let hour = 0; hour < 10 * 24; hour += 1) {
      ask(open, first, 1 + (hour % 50));
      clock.advance(hourMs);
      await open.usage.operation('ships');
    }
    const nowMs = clock.wallMs();
    expect(nowMs - fromMs).toBe(10 * dayMs);
    expect(await stepOf(nowMs - hourMs, nowMs)).toEqual([minuteMs, 1]);
    expect(await stepOf(nowMs - 6 * hourMs, nowMs)).toEqual([hourMs, 6]);
    expect(await stepOf(nowMs - dayMs, nowMs)).toEqual([hourMs, 24]);
    expect(await stepOf(nowMs - 5 * dayMs, nowMs)).toEqual([dayMs, 5 * 24]);
    // Eight days ago is gone, for days are kept for seven.
    expect(await callsOf(open, { fromMs, untilMs: nowMs })).toBe(7 * 24);
    // A minute of the day before yesterday is not there any more: it is told by the hour or the day it was in.
    const { period } = await open.usage.totals({
      ...{ kind: 'operation', by: ['one'], order: 'calls', first: 1 },
      period: { fromMs: nowMs - 3 * dayMs + 90_000, untilMs: nowMs },
    });
    expect(period.fromMs).toBe(nowMs - 3 * dayMs);
  });

  test('what comes after its hour was added up is added, not lost and not counted twice', async () => {
    const clock = clockAtMidnight();
    const fromMs = clock.wallMs();
    const { dir, url, repair } = await failing(store);
    const late = await fixture.open(clock, { dir, url });
    ask(late);
    await repair();
    const dir2 = await fixture.folder();
    const prompt = await fixture.open(clock, { dir: dir2, url });
    ask(prompt);
    for (let step = 0; step < 8; step += 1) {
      clock.advance(hourMs / 2);
      await prompt.usage.operation('ships').catch(() => null);
    }
    await late.usage.operation('ships').catch(() => null);
    const period = { fromMs, untilMs: fromMs + hourMs };
    await eventually(
      async () => ((await callsOf(prompt, period).catch(() => 0)) === 2 ? true : null),
      20_000,
    );
    clock.advance(minuteMs);
    await prompt.usage.operation('ships');
    expect(await callsOf(prompt, period)).toBe(2);
  });
});

onPostgres((store) => {
  test('two gateways on one store add up, and each answers for both', async () => {
    const clock = clockAtMidnight();
    const fromMs = clock.wallMs();
    const dirs = [await fixture.folder(), await fixture.folder()];
    const url = await store.place(dirs[0] ?? '');
    const [one, other] = await Promise.all(dirs.map((dir) => fixture.open(clock, { dir, url })));
    if (!one || !other) throw new Error('There are two');
    for (let hour = 0; hour < 30; hour += 1) {
      for (let count = 0; count < 10; count += 1) ask(one, first, 10);
      for (let count = 0; count < 5; count += 1) ask(other, count === 0 ? second : first, 100);
      clock.advance(hourMs);
      await Promise.all([one.usage.operation('ships'), other.usage.operation('ships')]);
    }
    const period = { fromMs, untilMs: clock.wallMs() };
    for (const each of [one, other]) {
      const { rows } = await each.usage.totals({
        kind: 'operation',
        by: ['one'],
        period,
        order: 'calls',
        first: 5,
      });
      expect(rows.map(({ now }) => now.calls)).toEqual([30 * 14, 30]);
      expect(rows[0]?.now.p50Ms).toBeCloseTo(10, 0);
      expect(Math.abs((rows[0]?.now.p95Ms ?? 0) - 100)).toBeLessThanOrEqual(1);
    }
  });
});

describe('a file of the last run', () => {
  test('that is not what was written is told, and stops nobody', async () => {
    const clock = clockAtMidnight();
    const dir = await fixture.folder();
    await writeFile(join(dir, 'usage-spool.json'), '{"half": ');
    const open = await fixture.open(clock, { dir });
    const fromMs = clock.wallMs();
    ask(open);
    expect(await callsOf(open, { fromMs, untilMs: fromMs + 1 })).toBe(1);
    expect(open.said).toContain('usage that the last run could not write cannot be read, and is lost');
  });
});
