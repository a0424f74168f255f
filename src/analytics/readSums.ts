import { type Kysely, sql } from 'kysely';
import type { Kind } from './kinds.ts';
import { LatencySketch } from './latencySketch.ts';
import type { Piece } from './piecesOf.ts';
import { measureColumns, type Resolution, tableOf, type UsageTables } from './usageTables.ts';

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

/** The sums of all pieces, by names. */
export async function readSums(
  database: Kysely<UsageTables>,
  filter: SumsFilter,
  by: readonly NamePart[],
): Promise<ReadonlyMap<string, NamedSums>> {
  const found = new Map<string, NamedSums>();
  const columns = measureColumns.map((column) => sql<number>`sum(${sql.ref(column)})`.as(column));
  for (const level of levels) {
    const rows = selected(database, filter, level);
    if (!rows) continue;
    for (const row of await rows
      .select([...by, ...columns])
      .groupBy([...by])
      .execute()) {
      const named = row as unknown as Record<string, string | number>;
      const names = by.map((part) => String(named[part]));
      const key = names.join('\n');
      const sums = measureColumns.map((column) => Number(named[column]));
      const known = found.get(key);
      if (known)
        for (const [index, sum] of sums.entries()) known.sums[index] = (known.sums[index] ?? 0) + sum;
      else found.set(key, { names, sums });
    }
  }
  return found;
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
  let rows = database
    .selectFrom(tableOf[level])
    .where('kind', '=', kind)
    .where((eb) =>
      eb.or(
        spans.map(({ fromMs, untilMs }) =>
          eb.and([eb('start_ms', '>=', fromMs), eb('start_ms', '<', untilMs)]),
        ),
      ),
    );
  if (one !== undefined) rows = rows.where('one', 'in', one.slice(0, maxNames));
  if (two !== undefined) rows = rows.where('two', '=', two);
  return rows;
}
