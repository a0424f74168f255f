import { type Kysely, sql } from 'kysely';
import type { PartTables } from '../storage/storage.ts';
import { readKept } from './kept.ts';
import { kinds } from './kinds.ts';
import { dayMs, floorTo, hourMs, minuteMs, type Retention } from './period.ts';
import { type Resolution, sumsTables, tableOf, type UsageTables } from './usageTables.ts';

/** Examples of errors kept of each operation. */
const errorsPerOperation = 20;
const idsPerStatement = 500;

export interface PurgeOptions {
  readonly nowMs: number;
  readonly retention: Retention;
  /** Operations whose text is kept; of more, those go first that were asked only once, some time ago. */
  readonly maxOperations: number;
}

/** Deletes what is older than it has to be kept; sums by the minute and hour only once they have been added up. */
export async function purge(
  tables: PartTables<UsageTables>,
  { nowMs, retention, maxOperations }: PurgeOptions,
): Promise<void> {
  const { minutes, hours, days } = retention;
  const { database } = tables;
  await purgeSums(tables, 'minute', await addedUp(database, 'hour', floorTo(hourMs, nowMs - minutes)));
  await purgeSums(tables, 'hour', await addedUp(database, 'day', floorTo(dayMs, nowMs - hours)));
  await purgeSums(tables, 'day', floorTo(dayMs, nowMs - days));
  await purgeOperations(database, { seenSinceMs: nowMs - days, maxOperations });
  await purgeErrors(database, nowMs - hours);
  // Without knowing how its rows are spread a store may read all of a kind to find those of one name.
  for (const table of sumsTables) await sql`analyze ${sql.table(table)}`.execute(database);
}

/** The moment, or an earlier one before which everything has been added up. */
async function addedUp(
  database: Kysely<UsageTables>,
  level: 'hour' | 'day',
  beforeMs: number,
): Promise<number> {
  const stale = database.selectFrom('usage_stale').select('start_ms').where('level', '=', level);
  const oldest = await stale.orderBy('start_ms').limit(1).executeTakeFirst();
  return oldest ? Math.min(beforeMs, Number(oldest.start_ms)) : beforeMs;
}

async function purgeSums(
  { change }: PartTables<UsageTables>,
  level: Resolution,
  beforeMs: number,
): Promise<void> {
  await change(async (transaction) => {
    const kept = await readKept(transaction);
    if (beforeMs <= kept[level]) return;
    for (const kind of kinds)
      await transaction
        .deleteFrom(tableOf[level])
        .where('kind', '=', kind)
        .where('start_ms', '<', beforeMs)
        .execute();
    await transaction
      .insertInto('usage_kept')
      .values({ level, from_ms: beforeMs })
      .onConflict((conflict) => conflict.column('level').doUpdateSet({ from_ms: beforeMs }))
      .execute();
  });
}

async function purgeOperations(
  database: Kysely<UsageTables>,
  { seenSinceMs, maxOperations }: { readonly seenSinceMs: number; readonly maxOperations: number },
): Promise<void> {
  await database.deleteFrom('usage_operations').where('last_seen_ms', '<', seenSinceMs).execute();
  const { count } = await database
    .selectFrom('usage_operations')
    .select((eb) => eb.fn.countAll().as('count'))
    .executeTakeFirstOrThrow();
  const excess = Number(count) - maxOperations;
  if (excess > 0) {
    const askedOnce = sql<boolean>`last_seen_ms - first_seen_ms < ${minuteMs}`;
    const ids = await database
      .selectFrom('usage_operations')
      .select('id')
      .orderBy(sql`case when ${askedOnce} then 0 else 1 end`)
      .orderBy('last_seen_ms')
      .limit(excess)
      .execute();
    for (let from = 0; from < ids.length; from += idsPerStatement) {
      const some = ids.slice(from, from + idsPerStatement).map(({ id }) => id);
      await database.deleteFrom('usage_operations').where('id', 'in', some).execute();
    }
  }
  await database
    .deleteFrom('usage_coordinates')
    .where((eb) =>
      eb.or([
        eb('last_seen_ms', '<', seenSinceMs),
        eb('operation', 'not in', eb.selectFrom('usage_operations').select('id')),
      ]),
    )
    .execute();
}

async function purgeErrors(database: Kysely<UsageTables>, sinceMs: number): Promise<void> {
  await database.deleteFrom('usage_errors').where('at_ms', '<', sinceMs).execute();
  await sql`
    delete from usage_errors where (operation, at_ms, request_id) in (
      select operation, at_ms, request_id from (
        select operation, at_ms, request_id,
          row_number() over (partition by operation order by at_ms desc, request_id) as place
        from usage_errors
      ) as placed where place > ${errorsPerOperation}
    )`.execute(database);
}
