import type { Kysely } from 'kysely';
import { hasLatency, type Kind } from './kinds.ts';
import type { LatencySketch } from './latencySketch.ts';
import { at, type Measure } from './measures.ts';
import type { Period } from './period.ts';
import { aligned, piecesOf, readResolutions } from './piecesOf.ts';
import { type NamedSums, type NamePart, readLatencies, readSums, type SumsFilter } from './readSums.ts';
import { type Totals, totalsOf } from './totals.ts';
import type { UsageTables } from './usageTables.ts';

/** What a list is sorted by, the most first. */
export type TotalsOrder = Measure | 'p50Ms' | 'p95Ms' | 'p99Ms';

export interface TotalsQuestion {
  readonly kind: Kind;
  readonly period: Period;
  /** Only with one of these as their first name. */
  readonly one?: readonly string[];
  /** Only with this as their second name. */
  readonly two?: string;
  /** The names to tell apart; without any, all are one. */
  readonly by: readonly NamePart[];
  readonly order: TotalsOrder;
  readonly first: number;
}

export interface TotalsAnswer {
  /** The period as it could be answered, and the one of the same length before it. */
  readonly period: Period;
  readonly before: Period;
  readonly rows: readonly NamedTotals[];
  /** How many there are altogether. */
  readonly count: number;
}

export interface NamedTotals {
  readonly names: readonly string[];
  readonly now: Totals;
  readonly before: Totals;
}

const noSums: readonly number[] = [];

export async function askTotals(
  database: Kysely<UsageTables>,
  question: TotalsQuestion,
): Promise<TotalsAnswer> {
  const { kind, by, one, two, first, order } = question;
  const resolutions = await readResolutions(database);
  const period = aligned(question.period, resolutions);
  const lengthMs = period.untilMs - period.fromMs;
  const before = aligned({ fromMs: period.fromMs - lengthMs, untilMs: period.fromMs }, resolutions);
  const filter: SumsFilter = { kind, one, two, pieces: piecesOf(period, resolutions) };
  const found = new Map(await readSums(database, filter, by));
  // A name that is asked for is answered for, also when it was not met.
  if (by.length === 1 && by[0] === 'one')
    for (const name of one ?? []) if (!found.has(name)) found.set(name, { names: [name], sums: [] });
  const isByLatency = !(order in at);
  const all = isByLatency ? await readLatencies(database, filter, by) : null;
  const chosen = [...found.values()].sort(byOrder(order, all)).slice(0, first);

  // Latencies are large: they are read for what is shown, where that can be named.
  const shown = narrowed(filter, { chosen, by, isAll: chosen.length === found.size });
  const beforeShown = { ...shown, pieces: piecesOf(before, resolutions) };
  const hasTimes = hasLatency(kind);
  const nowTimes = all ?? (hasTimes ? await readLatencies(database, shown, by) : null);
  const beforeSums = await readSums(database, beforeShown, by);
  const beforeTimes = hasTimes ? await readLatencies(database, beforeShown, by) : null;
  const rows = chosen.map(({ names, sums }) => {
    const key = names.join('\n');
    return {
      names,
      now: totalsOf(sums, nowTimes?.get(key) ?? null),
      before: totalsOf(beforeSums.get(key)?.sums ?? noSums, beforeTimes?.get(key) ?? null),
    };
  });
  return { period, before, rows, count: found.size };
}

function byOrder(order: TotalsOrder, latencies: ReadonlyMap<string, LatencySketch> | null) {
  const worthOf = ({ names, sums }: NamedSums): number =>
    order in at
      ? (sums[at[order as Measure]] ?? 0)
      : (latencies?.get(names.join('\n'))?.quantile(parts[order as keyof typeof parts]) ?? 0);
  return (one: NamedSums, other: NamedSums): number =>
    worthOf(other) - worthOf(one) || (one.names.join('\n') < other.names.join('\n') ? -1 : 1);
}

const parts = { p50Ms: 0.5, p95Ms: 0.95, p99Ms: 0.99 } as const;

/** Reads no more than what is shown, where its first names say which rows that are. */
function narrowed(
  filter: SumsFilter,
  { chosen, by, isAll }: { chosen: readonly NamedSums[]; by: readonly NamePart[]; isAll: boolean },
): SumsFilter {
  if (isAll || by[0] !== 'one') return filter;
  return { ...filter, one: [...new Set(chosen.map(({ names: [name = ''] }) => name))] };
}
