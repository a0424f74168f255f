import type { Kysely } from 'kysely';
import type { Resolution, UsageTables } from './usageTables.ts';

/** From when on there are sums by the minute, hour and day, in wall milliseconds: what is older has been deleted. */
export type Kept = Readonly<Record<Resolution, number>>;

export async function readKept(database: Kysely<UsageTables>): Promise<Kept> {
  const rows = await database.selectFrom('usage_kept').selectAll().execute();
  const kept = { minute: 0, hour: 0, day: 0 };
  for (const { level, from_ms } of rows) kept[level] = Number(from_ms);
  return kept;
}
