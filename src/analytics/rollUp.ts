import type { Kysely, Selectable, Transaction } from 'kysely';
import { otherName } from '../base/boundedNames.ts';
import type { PartTables } from '../storage/storage.ts';
import { type Kind, kinds } from './kinds.ts';
import { LatencySketch } from './latencySketch.ts';
import { dayMs, hourMs } from './period.ts';
import { measureColumns, type UsageSums, type UsageTables } from './usageTables.ts';
import { insertSums } from './writeBatch.ts';

/** After its end an hour waits this long for what other processes have not written yet; what comes later has it added up anew. */
const graceMs = 30_000;
/** Rows of one kind in an hour or a day; of more, those with the fewest calls become one. */
const maxRows = 20_000;

const levels = {
  hour: { stepMs: hourMs, from: 'usage_minutes', into: 'usage_hours' },
  day: { stepMs: dayMs, from: 'usage_hours', into: 'usage_days' },
} as const;

/** Adds up the hours and days that have ended and got something since they were added up last. */
export async function rollUp(tables: PartTables<UsageTables>, nowMs: number): Promise<void> {
  for (const level of ['hour', 'day'] as const) {
    const endedMs = nowMs - levels[level].stepMs - graceMs;
    const stale = tables.database.selectFrom('usage_stale').selectAll().where('level', '=', level);
    const ended = await stale.where('start_ms', '<=', endedMs).orderBy('start_ms').execute();
    for (const mark of ended) await rollUpOne(tables, mark);
  }
}

type StaleMark = Selectable<UsageTables['usage_stale']>;

async function rollUpOne(
  { database, change }: PartTables<UsageTables>,
  { level, start_ms, writes }: StaleMark,
): Promise<void> {
  const startMs = Number(start_ms);
  if (level === 'day' && (await hasStaleHours(database, startMs))) return;
  await change(async (transaction) => {
    for (const kind of kinds) await rollUpKind(transaction, { level, startMs, kind });
    // Somebody may have written meanwhile: then it stays to be added up once more.
    await transaction
      .deleteFrom('usage_stale')
      .where('level', '=', level)
      .where('start_ms', '=', start_ms)
      .where('writes', '=', writes)
      .execute();
  });
}

async function hasStaleHours(database: Kysely<UsageTables>, dayStartMs: number): Promise<boolean> {
  const hour = await database
    .selectFrom('usage_stale')
    .select('start_ms')
    .where('level', '=', 'hour')
    .where('start_ms', '>=', dayStartMs)
    .where('start_ms', '<', dayStartMs + dayMs)
    .executeTakeFirst();
  return hour !== undefined;
}

async function rollUpKind(
  transaction: Transaction<UsageTables>,
  { level, startMs, kind }: { level: 'hour' | 'day'; startMs: number; kind: Kind },
): Promise<void> {
  const { from, into, stepMs } = levels[level];
  const rows = await transaction
    .selectFrom(from)
    .selectAll()
    .where('kind', '=', kind)
    .where('start_ms', '>=', startMs)
    .where('start_ms', '<', startMs + stepMs)
    .execute();
  const sums = bounded(addUp(rows, startMs));
  // What came too late to be added up stands beside, with a source of its own.
  await transaction
    .deleteFrom(into)
    .where('kind', '=', kind)
    .where('start_ms', '=', startMs)
    .where('source', '=', '')
    .execute();
  await insertSums(transaction, into, sums);
}

/** One row for each key. */
function addUp(rows: readonly UsageSums[], startMs: number): readonly UsageSums[] {
  const groups = Map.groupBy(rows, ({ one, two, three }) => `${one}\n${two}\n${three}`);
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    return first ? [merged(first, group, startMs)] : [];
  });
}

function merged(
  { kind, one, two, three }: Pick<UsageSums, 'kind' | 'one' | 'two' | 'three'>,
  rows: readonly UsageSums[],
  startMs: number,
): UsageSums {
  const sums = measureColumns.map((column) => [
    column,
    rows.reduce((sum, row) => sum + Number(row[column]), 0),
  ]);
  const named = { start_ms: startMs, kind, one, two, three, source: '', latency: latencyOf(rows) };
  return { ...named, ...Object.fromEntries(sums) };
}

function latencyOf(rows: readonly Pick<UsageSums, 'latency'>[]): string {
  const [first, second] = rows;
  if (first && !second) return first.latency;
  const latency = new LatencySketch();
  for (const row of rows) latency.mergeEncoded(row.latency);
  return latency.encode();
}

function bounded(rows: readonly UsageSums[]): readonly UsageSums[] {
  const [first] = rows;
  if (rows.length <= maxRows || !first) return rows;
  const inOrder = [...rows].sort((row, other) => other.calls - row.calls);
  const { kind, start_ms, two, three } = first;
  const named = {
    kind,
    one: otherName,
    two: two === '' ? '' : otherName,
    three: three === '' ? '' : otherName,
  };
  const isOther = ({ one, two: second }: UsageSums) => one === named.one && second === named.two;
  const told = inOrder.slice(0, maxRows - 1).filter((row) => !isOther(row));
  const rest = [...inOrder.slice(maxRows - 1), ...inOrder.slice(0, maxRows - 1).filter(isOther)];
  return [...told, merged(named, rest, Number(start_ms))];
}
