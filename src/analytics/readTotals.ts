import { type AliasedRawBuilder, type Kysely, type SelectQueryBuilder, sql } from 'kysely';
import type { Kind } from './kinds.ts';
import { LatencySketch } from './latencySketch.ts';
import type { Piece } from './piecesOf.ts';
import {
  type MeasureColumn,
  measureColumns,
  type Resolution,
  tableOf,
  type UsageTables,
} from './usageTables.ts';

export type NamePart = 'one' | 'two' | 'three';

/** Which rows of sums are meant. */
export interface SumsFilter {
  readonly kind: Kind;
  readonly pieces: readonly Piece[];
  readonly one?: readonly string[] | undefined;
  readonly two?: string | undefined;
}

/** Sums under the names they are grouped by, in the order of `measures`. */
export interface NamedSums {
  readonly names: readonly string[];
  readonly sums: number[];
}

const levels: readonly Resolution[] = ['minute', 'hour', 'day'];
/** Names of one statement, of the 32,766 values that SQLite takes. */
const maxNames = 10_000;
/** Names that are read one by one. */
const maxAlone = 50;

/** Sums and latencies of all pieces, by names; for few of them, since every row is read. */
export async function readTotals(
  database: Kysely<UsageTables>,
  filter: SumsFilter,
  by: readonly NamePart[],
): Promise<ReadonlyMap<string, NamedTotal>> {
  const found = new Map<string, NamedTotal>();
  const { one } = filter;
  // Name by name: of a list SQLite thinks that it takes longer than reading everybody's.
  const filters = one && one.length <= maxAlone ? one.map((name) => ({ ...filter, one: [name] })) : [filter];
  for (const named of await readRows(database, filters, by)) {
    const names = by.map((part) => String(named[part]));
    const key = names.join('\n');
    const known = found.get(key) ?? {
      names,
      sums: measureColumns.map(() => 0),
      latency: new LatencySketch(),
    };
    found.set(key, known);
    for (const [index, column] of measureColumns.entries())
      known.sums[index] = (known.sums[index] ?? 0) + Number(named[column]);
    for (const latency of String(named.latency).split(',')) known.latency.mergeEncoded(latency);
  }
  return found;
}

/** Added up by the store, but for the latencies: it hands them out in one piece. */
async function readRows(
  database: Kysely<UsageTables>,
  filters: readonly SumsFilter[],
  by: readonly NamePart[],
): Promise<readonly Record<string, string | number>[]> {
  const columns = [
    sql<string>`string_agg(latency, ',')`.as('latency'),
    ...measureColumns.map((column) => sql<number>`sum(${sql.ref(column)})`.as(column)),
  ];
  return await atAllLevels(async (level) => {
    const [first, ...others] = filters.flatMap((filter) => {
      const rows = selected(database, filter, level)?.select([...by, ...columns]);
      return rows ? [groupedBy(rows, by)] : [];
    });
    const rows = await others.reduce((all, each) => all?.unionAll(each), first)?.execute();
    return (rows ?? []) as unknown as Record<string, string | number>[];
  });
}

/** Without names all rows are one, and none where there are none. */
function groupedBy<Output>(
  rows: SelectQueryBuilder<UsageTables, keyof UsageTables, Output>,
  by: readonly NamePart[],
): SelectQueryBuilder<UsageTables, keyof UsageTables, Output> {
  return by.length === 0 ? rows.having(sql<boolean>`count(*) > 0`) : rows.groupBy([...by]);
}

/** At once: a Postgres reads one while another is taken in. */
async function atAllLevels<Row>(
  read: (level: Resolution) => Promise<readonly Row[]>,
): Promise<readonly Row[]> {
  return (await Promise.all(levels.map(read))).flat();
}

export interface NamedTotal extends NamedSums {
  readonly latency: LatencySketch;
}

/** One measure of all pieces, by names. */
export async function readMeasure(
  database: Kysely<UsageTables>,
  filter: SumsFilter,
  { by, column }: { readonly by: readonly NamePart[]; readonly column: MeasureColumn },
): Promise<ReadonlyMap<string, NamedWorth>> {
  const found = new Map<string, NamedWorth>();
  const sum = sql<number>`sum(${sql.ref(column)})`.as('worth');
  for (const row of await readGrouped(database, filter, { by, sum })) {
    const names = by.map((part) => String(row[part]));
    const key = names.join('\n');
    found.set(key, { names, worth: (found.get(key)?.worth ?? 0) + Number(row.worth) });
  }
  return found;
}

async function readGrouped(
  database: Kysely<UsageTables>,
  filter: SumsFilter,
  { by, sum }: { readonly by: readonly NamePart[]; readonly sum: AliasedRawBuilder<number, 'worth'> },
): Promise<readonly Record<string, string | number>[]> {
  return await atAllLevels(async (level) => {
    const rows = selected(database, filter, level)?.select([...by, sum]);
    return ((await (rows && groupedBy(rows, by))?.execute()) ?? []) as unknown as Record<
      string,
      string | number
    >[];
  });
}

/** Names, and what they are sorted by. */
export interface NamedWorth {
  readonly names: readonly string[];
  readonly worth: number;
}

/** The latencies of all pieces, under the same keys as the sums. */
export async function readLatencies(
  database: Kysely<UsageTables>,
  filter: SumsFilter,
  by: readonly NamePart[],
): Promise<ReadonlyMap<string, LatencySketch>> {
  const found = new Map<string, LatencySketch>();
  await Promise.all(
    levels.map(async (level) => {
      const rows = await selected(database, filter, level)
        ?.select([...by, 'latency'])
        .execute();
      for (const row of (rows ?? []) as unknown as Record<string, string>[]) {
        const key = by.map((part) => row[part]).join('\n');
        const sketch = found.get(key) ?? new LatencySketch();
        found.set(key, sketch);
        sketch.mergeEncoded(row.latency ?? '');
      }
    }),
  );
  return found;
}

/** The start of the last minute, hour or day in which there was something, under the same keys. */
export async function readLastStarts(
  database: Kysely<UsageTables>,
  filter: SumsFilter,
  by: readonly NamePart[],
): Promise<ReadonlyMap<string, number>> {
  const found = new Map<string, number>();
  const last = sql<number>`max(start_ms)`.as('worth');
  for (const row of await readGrouped(database, filter, { by, sum: last })) {
    const key = by.map((part) => row[part]).join('\n');
    found.set(key, Math.max(found.get(key) ?? 0, Number(row.worth)));
  }
  return found;
}

/** Rows of one table; null when none of the pieces is read from it. */
export function selected(database: Kysely<UsageTables>, filter: SumsFilter, level: Resolution) {
  const { kind, pieces, one, two } = filter;
  const spans = pieces.filter((piece) => piece.level === level);
  if (spans.length === 0 || one?.length === 0) return null;
  const fromMs = Math.min(...spans.map((span) => span.fromMs));
  const untilMs = Math.max(...spans.map((span) => span.untilMs));
  // Both ends by themselves, or a store would not see that it may look for them in an index.
  let rows = database
    .selectFrom(tableOf[level])
    .where('kind', '=', kind)
    .where('start_ms', '>=', fromMs)
    .where('start_ms', '<', untilMs);
  if (spans.length > 1)
    rows = rows.where((eb) =>
      eb.or(
        spans.map((span) => eb.and([eb('start_ms', '>=', span.fromMs), eb('start_ms', '<', span.untilMs)])),
      ),
    );
  // Of more, those that were not asked for are there too: who asks for so many looks for the names anyway.
  if (one !== undefined && one.length <= maxNames) rows = rows.where('one', 'in', [...one]);
  if (two !== undefined) rows = rows.where('two', '=', two);
  return rows;
}
