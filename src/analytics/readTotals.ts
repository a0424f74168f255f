import { type Kysely, sql } from 'kysely';
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
    known.latency.mergeEncoded(String(named.latency));
  }
  return found;
}

async function readRows(
  database: Kysely<UsageTables>,
  filters: readonly SumsFilter[],
  by: readonly NamePart[],
): Promise<readonly Record<string, string | number>[]> {
  const found: Record<string, string | number>[] = [];
  for (const level of levels) {
    const [first, ...others] = filters.flatMap(
      (filter) => selected(database, filter, level)?.select([...by, 'latency', ...measureColumns]) ?? [],
    );
    const rows = await others.reduce((all, each) => all?.unionAll(each), first)?.execute();
    found.push(...((rows ?? []) as unknown as Record<string, string | number>[]));
  }
  return found;
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
  for (const level of levels) {
    const rows = selected(database, filter, level);
    if (!rows) continue;
    const sum = sql<number>`sum(${sql.ref(column)})`.as('worth');
    const grouped = by.length === 0 ? rows : rows.groupBy([...by]);
    for (const row of await grouped.select([...by, sum]).execute()) {
      const named = row as unknown as Record<string, string | number>;
      const names = by.map((part) => String(named[part]));
      const key = names.join('\n');
      found.set(key, { names, worth: (found.get(key)?.worth ?? 0) + Number(named.worth) });
    }
  }
  return found;
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
  for (const level of levels) {
    const rows = selected(database, filter, level);
    if (!rows) continue;
    for (const row of await rows.select([...by, 'latency']).execute()) {
      const named = row as unknown as Record<string, string>;
      const key = by.map((part) => named[part]).join('\n');
      const sketch = found.get(key) ?? new LatencySketch();
      found.set(key, sketch);
      sketch.mergeEncoded(named.latency ?? '');
    }
  }
  return found;
}

/** The start of the last minute, hour or day in which there was something, under the same keys. */
export async function readLastStarts(
  database: Kysely<UsageTables>,
  filter: SumsFilter,
  by: readonly NamePart[],
): Promise<ReadonlyMap<string, number>> {
  const found = new Map<string, number>();
  for (const level of levels) {
    const rows = selected(database, filter, level);
    if (!rows) continue;
    const last = sql<number>`max(start_ms)`.as('last_ms');
    for (const row of await rows
      .select([...by, last])
      .groupBy([...by])
      .execute()) {
      const named = row as unknown as Record<string, string | number>;
      const key = by.map((part) => named[part]).join('\n');
      found.set(key, Math.max(found.get(key) ?? 0, Number(named.last_ms)));
    }
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
