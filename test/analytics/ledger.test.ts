import { afterEach, expect, test } from '@jest/globals';
import { buildSchema } from 'graphql';
import type { NamedTotals } from '../../src/analytics/analytics.ts';
import { createManualClock } from '../support/manualClock.ts';
import { onEachStore } from '../support/stores.ts';
import { createAnalyticsFixture } from './analyticsFixture.ts';
import { createLedger, type LedgerEntry } from './ledger.ts';

const fixture = createAnalyticsFixture();
afterEach(() => fixture.end());

const fieldNames = Array.from({ length: 50 }, (_, index) => `f${index}`);
const schema = buildSchema(`type Query { ${fieldNames.map((name) => `${name}(a: Int): String`).join(' ')} }`);

/** A hundred thousand by `npm run test:deep`. */
const count = process.env.SLUICE_DEEP ? 100_000 : 20_000;

onEachStore((store) => {
  test(`${count} operations of fifty shapes, by twenty clients, over three consumers, are in the sums exactly, and in the quantiles within one per cent`, async () => {
    const clock = createManualClock();
    const dir = await fixture.folder();
    const { record, usage } = await fixture.open(clock, { dir, url: await store.place(dir) });
    const ledger = createLedger({ seed: 7, schema, fieldNames });
    const fromMs = clock.wallMs();
    for (let index = 0; index < count; index += 1) {
      record(ledger.next());
      if (index % (count / 60) >= 1) continue;
      // Over 30 hours: meanwhile the store adds up hours and a day, and deletes the minutes of what has become hours.
      clock.advance(30 * 60_000);
      await usage.operation('written before it is asked');
    }
    clock.advance(60_000);
    const period = { fromMs, untilMs: clock.wallMs() };
    const all = { period, order: 'calls', first: 1000 } as const;

    const operations = await usage.totals({ ...all, kind: 'operation', by: ['one'] });
    expect(operations.count).toBe(50);
    const named = await usage.operations(operations.rows.map(({ names: [id = ''] }) => id));
    const nameOf = new Map(named.map(({ id, name }) => [id, name ?? '']));
    expectEqual(
      ledger.by(({ operation }) => operation),
      operations.rows,
      ([id = '']) => nameOf.get(id) ?? '',
    );

    const clients = await usage.totals({ ...all, kind: 'client', by: ['one', 'two'] });
    expectEqual(
      ledger.by(({ client }) => client),
      clients.rows,
      (names) => names.join(' '),
    );
    const consumers = await usage.totals({ ...all, kind: 'consumer', by: ['one'] });
    expect(consumers.count).toBe(3);
    expectEqual(
      ledger.by(({ consumer }) => consumer),
      consumers.rows,
      ([name = '']) => name,
    );
    const subgraphs = await usage.totals({ ...all, kind: 'subgraph', by: ['one'] });
    expect(
      Object.fromEntries(
        subgraphs.rows.map(({ names: [name], now: { calls, errors, bytes, joined, retries, replaced } }) => [
          name,
          { calls, errors, bytes, joined, retries, replaced },
        ]),
      ),
    ).toEqual(ledger.subgraphs());
    const pairs = await usage.totals({
      ...all,
      first: 10_000,
      kind: 'operationClient',
      by: ['one', 'two', 'three'],
    });
    expectEqual(
      ledger.by(({ operation, client }) => `${operation} ${client}`),
      pairs.rows,
      ([id = '', ...client]) => `${nameOf.get(id)} ${client.join(' ')}`,
    );
  }, 600_000);
});

/** Each group of the ledger has its row, with the same sums, and quantiles within one per cent. */
function expectEqual(
  expected: ReadonlyMap<string, readonly LedgerEntry[]>,
  rows: readonly NamedTotals[],
  keyOf: (names: readonly string[]) => string,
): void {
  expect(rows.map(({ names }) => keyOf(names)).sort()).toEqual([...expected.keys()].sort());
  for (const { names, now } of rows) {
    const entries = expected.get(keyOf(names)) ?? [];
    const sum = (of: (entry: LedgerEntry) => number) =>
      entries.reduce((total, entry) => total + of(entry), 0);
    expect({
      calls: now.calls,
      errors: now.errors,
      refused: now.refused,
      gone: now.gone,
      bytes: now.bytes,
      subgraphCalls: now.subgraphCalls,
      joined: now.joined,
      cacheHits: now.cacheHits,
      cacheMisses: now.cacheMisses,
      cacheStale: now.cacheStale,
      retries: now.retries,
      replaced: now.replaced,
      costEstimated: now.costEstimated,
      costMeasured: now.costMeasured,
    }).toEqual({
      calls: entries.length,
      errors: sum(({ isError }) => Number(isError)),
      refused: sum(({ isRefused }) => Number(isRefused)),
      gone: sum(({ isGone }) => Number(isGone)),
      bytes: sum(({ bytes }) => bytes),
      subgraphCalls: sum(({ calls }) => calls),
      joined: sum(({ isJoined }) => Number(isJoined)),
      cacheHits: sum(({ cached }) => cached?.hits ?? 0),
      cacheMisses: sum(({ cached }) => cached?.misses ?? 0),
      cacheStale: sum(({ cached }) => cached?.stale ?? 0),
      retries: sum(({ retries }) => retries),
      replaced: sum(({ replaced }) => replaced),
      costEstimated: sum(({ estimated }) => estimated),
      costMeasured: sum(({ measured }) => measured),
    });
    const times = entries.map(({ ms }) => ms).sort((one, other) => one - other);
    for (const [told, part] of [
      [now.p50Ms, 0.5],
      [now.p95Ms, 0.95],
      [now.p99Ms, 0.99],
    ] as const) {
      const exact = times[Math.floor(part * (times.length - 1))] ?? 0;
      expect(Math.abs((told ?? 0) - exact) / exact).toBeLessThanOrEqual(0.01 + 1e-9);
    }
  }
}
