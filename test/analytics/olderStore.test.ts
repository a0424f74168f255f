import { afterEach, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import { systemClock } from '../../src/base/clock.ts';
import { openStorage, storageOptions } from '../../src/storage/storage.ts';
import { createManualClock } from '../support/manualClock.ts';
import { askedOf, operationOf, outcomeOf } from '../support/outcomes.ts';
import { silentLog } from '../support/silentLog.ts';
import { onEachStore } from '../support/stores.ts';
import { createAnalyticsFixture, type OpenAnalytics } from './analyticsFixture.ts';

const fixture = createAnalyticsFixture();
afterEach(() => fixture.end());

const hourMs = 3_600_000;
const operation = operationOf('query Kept { a }');
const added = ['cache_misses', 'cache_stale', 'retries', 'replaced'];

/** Makes a store what the release before the measures left: without their columns, and with its steps only. */
async function makeOlder(url: string): Promise<void> {
  const parts = { file: 'usage.db', clock: systemClock, log: silentLog, migrations: [] };
  const { database, close } = openStorage(storageOptions.parse({ url }), parts);
  for (const table of ['usage_minutes', 'usage_hours', 'usage_days'])
    for (const column of added)
      await sql`alter table ${sql.table(table)} drop column ${sql.ref(column)}`.execute(database);
  await sql`update storage_migrations set steps = 2 where part = 'analytics'`.execute(database);
  await close();
}

function ask({ record }: OpenAnalytics): void {
  const asked = askedOf({ operation, cacheHits: 3, cacheMisses: 2, cacheStale: 1 });
  record(outcomeOf({ asked: [asked], schema: null }));
}

onEachStore((store) => {
  test('a store of an older release keeps its sums, and has nothing of what was not counted then', async () => {
    const clock = createManualClock();
    const dir = await fixture.folder();
    const url = await store.place(dir);
    const fromMs = clock.wallMs();
    const old = await fixture.open(clock, { dir, url });
    for (let hour = 0; hour < 30; hour += 1) {
      ask(old);
      clock.advance(hourMs);
      await old.usage.operation('written');
    }
    await old.close();
    await makeOlder(url);
    const open = await fixture.open(clock, { dir, url });
    ask(open);
    const { rows } = await open.usage.totals({
      ...{ kind: 'operation', by: ['one'], order: 'calls', first: 10 },
      period: { fromMs, untilMs: clock.wallMs() + 1 },
    });
    expect(rows.map(({ now }) => now)).toEqual([
      expect.objectContaining({
        ...{ calls: 31, cacheHits: 93 },
        ...{ cacheMisses: 2, cacheStale: 1, retries: 0, replaced: 0 },
      }),
    ]);
  });
});
