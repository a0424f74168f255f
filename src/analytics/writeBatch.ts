import { type Kysely, sql, type Transaction } from 'kysely';
import { otherName } from '../base/boundedNames.ts';
import type { PartTables } from '../storage/storage.ts';
import { type Kept, readKept } from './kept.ts';
import { unknownOperation } from './namedOperations.ts';
import { dayMs, floorTo, hourMs, minuteMs } from './period.ts';
import type { SeenOperation } from './seenOperations.ts';
import type { UsageBatch, UsageRow } from './usageBatch.ts';
import {
  measureColumns,
  type SumsTable,
  shapeColumns,
  sumsKey,
  type UsageSums,
  type UsageTables,
} from './usageTables.ts';

/** Rows of one statement: SQLite takes 32,766 values, and a row has 27. */
const rowsPerStatement = 200;

/** Writes a batch, all or nothing; writing it again changes nothing. */
export async function writeBatch({ change }: PartTables<UsageTables>, batch: UsageBatch): Promise<void> {
  await change(async (transaction) => {
    await writeOperations(transaction, batch);
    await writeErrors(transaction, batch);
    if (batch.rows.length === 0) return;
    await writeSums(transaction, batch, levelOf(batch.startMs, await readKept(transaction)));
  });
}

interface Level {
  readonly table: SumsTable;
  readonly startMs: number;
  /** What has to be added up anew. */
  readonly stale: readonly { readonly level: 'hour' | 'day'; readonly start_ms: number }[];
}

/**
 * What comes so late that its minute or hour has been added up and deleted goes beside the sums of the hour or the day: adding these up
 * anew would lose what is not there any more.
 */
function levelOf(startMs: number, kept: Kept): Level {
  const hour = floorTo(hourMs, startMs);
  const day = floorTo(dayMs, startMs);
  const staleDay = { level: 'day', start_ms: day } as const;
  if (hour >= kept.minute)
    return { table: 'usage_minutes', startMs, stale: [{ level: 'hour', start_ms: hour }, staleDay] };
  if (day >= kept.hour) return { table: 'usage_hours', startMs: hour, stale: [staleDay] };
  return { table: 'usage_days', startMs: day, stale: [] };
}

async function writeSums(
  transaction: Transaction<UsageTables>,
  { rows, source }: UsageBatch,
  { table, startMs, stale }: Level,
): Promise<void> {
  await insertSums(
    transaction,
    table,
    rows.map((row) => sumsOf(row, { start_ms: startMs, source })),
  );
  for (const mark of stale) {
    await transaction
      .insertInto('usage_stale')
      .values({ ...mark, writes: 1 })
      .onConflict((conflict) =>
        conflict.columns(['level', 'start_ms']).doUpdateSet((eb) => ({
          writes: eb('usage_stale.writes', '+', 1),
        })),
      )
      .execute();
  }
}

/** Puts rows in place of those with the same key. */
export async function insertSums(
  database: Kysely<UsageTables>,
  table: SumsTable,
  rows: readonly UsageSums[],
): Promise<void> {
  for (let from = 0; from < rows.length; from += rowsPerStatement) {
    await database
      .insertInto(table)
      .values(rows.slice(from, from + rowsPerStatement))
      .onConflict((conflict) =>
        conflict
          .columns([...sumsKey])
          .doUpdateSet((eb) =>
            Object.fromEntries(
              [...measureColumns, 'latency' as const].map((column) => [column, eb.ref(`excluded.${column}`)]),
            ),
          ),
      )
      .execute();
  }
}

function sumsOf(
  { kind, key: [one, two, three], sums, latency }: UsageRow,
  at: Pick<UsageSums, 'start_ms' | 'source'>,
): UsageSums {
  const measured = measureColumns.map((column, index) => [column, sums[index] ?? 0]);
  return { ...at, kind, one, two, three, latency, ...Object.fromEntries(measured) };
}

async function writeOperations(
  transaction: Transaction<UsageTables>,
  { rows, operations, startMs, atMs }: UsageBatch,
): Promise<void> {
  for (const operation of operations) await writeOperation(transaction, operation);
  const lastSeenMs = Math.min(atMs, startMs + minuteMs - 1);
  const ids = rows
    .filter(({ kind }) => kind === 'operation')
    .map(({ key: [id] }) => id)
    .filter((id) => id !== otherName && id !== unknownOperation);
  if (ids.length === 0) return;
  await transaction
    .updateTable('usage_operations')
    .set({ last_seen_ms: lastSeenMs })
    .where('id', 'in', ids)
    .where('last_seen_ms', '<', lastSeenMs)
    .execute();
}

async function writeOperation(
  transaction: Transaction<UsageTables>,
  { id, name, kind, text, coordinates, measures, atMs }: SeenOperation,
): Promise<void> {
  const seen = { first_seen_ms: atMs, last_seen_ms: atMs };
  if (text !== null) {
    await transaction
      .insertInto('usage_operations')
      .values({ id, name, kind, text, ...seen, ...columnsOf(measures) })
      .onConflict((conflict) => conflict.column('id').doUpdateSet(larger))
      .execute();
  }
  for (let from = 0; from < coordinates.length; from += rowsPerStatement) {
    const some = coordinates.slice(from, from + rowsPerStatement);
    await transaction
      .insertInto('usage_coordinates')
      .values(some.map((coordinate) => ({ coordinate, operation: id, ...seen })))
      .onConflict((conflict) =>
        conflict
          .columns(['coordinate', 'operation'])
          .doUpdateSet((eb) => ({ last_seen_ms: eb.ref('excluded.last_seen_ms') }))
          .whereRef('usage_coordinates.last_seen_ms', '<', 'excluded.last_seen_ms' as never),
      )
      .execute();
  }
}

function columnsOf({ rootFields, ...measures }: SeenOperation['measures']) {
  return { ...measures, root_fields: rootFields };
}

/** Documents of one signature may differ in what literals they hold, and so in their tokens. */
const larger = Object.fromEntries(
  shapeColumns.map((column) => {
    const [known, given] = [sql.ref(`usage_operations.${column}`), sql.ref(`excluded.${column}`)];
    return [column, sql<number>`case when ${given} > ${known} then ${given} else ${known} end`];
  }),
);

async function writeErrors(transaction: Transaction<UsageTables>, { errors }: UsageBatch): Promise<void> {
  if (errors.length === 0) return;
  const rows = errors.map(({ operation, atMs, requestId, status, client, version, consumer, ...lists }) => ({
    ...{ operation, status, client, version, consumer },
    at_ms: atMs,
    request_id: requestId,
    codes: JSON.stringify(lists.codes),
    subgraphs: JSON.stringify(lists.subgraphs),
  }));
  for (let from = 0; from < rows.length; from += rowsPerStatement) {
    await transaction
      .insertInto('usage_errors')
      .values(rows.slice(from, from + rowsPerStatement))
      .onConflict((conflict) => conflict.columns(['operation', 'at_ms', 'request_id']).doNothing())
      .execute();
  }
}
