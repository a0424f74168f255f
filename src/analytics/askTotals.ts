import type { Kysely } from 'kysely';
import { hasLatency, type Kind } from './kinds.ts';
import { at, type Measure } from './measures.ts';
import type { Period } from './period.ts';
import { aligned, piecesOf, readResolutions } from './piecesOf.ts';
import {
  type NamedTotal,
  type NamedWorth,
  type NamePart,
  readLatencies,
  readMeasure,
  readTotals,
  type SumsFilter,
} from './readTotals.ts';
import { type Totals, totalsOf } from './totals.ts';
import { type MeasureColumn, measureColumns, type UsageTables } from './usageTables.ts';

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

export async function askTotals(
  database: Kysely<UsageTables>,
  question: TotalsQuestion,
): Promise<TotalsAnswer> {
  const { kind, by, one, two, first } = question;
  const resolutions = await readResolutions(database);
  const period = aligned(question.period, resolutions);
  const lengthMs = period.untilMs - period.fromMs;
  const before = aligned({ fromMs: period.fromMs - lengthMs, untilMs: period.fromMs }, resolutions);
  const filter: SumsFilter = { kind, one, two, pieces: piecesOf(period, resolutions) };
  const found = new Map(await readWorth(database, filter, question));
  // A name that is asked for is answered for, also when it was not met.
  if (by.length === 1 && by[0] === 'one')
    for (const name of one ?? []) if (!found.has(name)) found.set(name, { names: [name], worth: 0 });
  const chosen = [...found.values()].sort(byWorth).slice(0, first);

  // What there is to read of a name is much: it is read for what is shown, where that can be named.
  const shown = narrowed(filter, { chosen, by, isAll: chosen.length === found.size });
  const [now, then] = await Promise.all([
    readTotals(database, shown, by),
    readTotals(database, { ...shown, pieces: piecesOf(before, resolutions) }, by),
  ]);
  const totals = (total: NamedTotal | undefined): Totals =>
    totalsOf(total?.sums ?? [], total && hasLatency(kind) ? total.latency : null);
  const rows = chosen.map(({ names }) => {
    const key = names.join('\n');
    return { names, now: totals(now.get(key)), before: totals(then.get(key)) };
  });
  return { period, before, rows, count: found.size };
}

/** All names there are, with what they are sorted by. */
async function readWorth(
  database: Kysely<UsageTables>,
  filter: SumsFilter,
  { by, order }: TotalsQuestion,
): Promise<ReadonlyMap<string, NamedWorth>> {
  if (order in at) {
    const column = measureColumns[at[order as Measure]] as MeasureColumn;
    return await readMeasure(database, filter, { by, column });
  }
  const part = parts[order as keyof typeof parts];
  const latencies = await readLatencies(database, filter, by);
  return new Map(
    [...latencies].map(([key, latency]) => [
      key,
      { names: key.split('\n'), worth: latency.quantile(part) ?? 0 },
    ]),
  );
}

function byWorth(one: NamedWorth, other: NamedWorth): number {
  return other.worth - one.worth || (one.names.join('\n') < other.names.join('\n') ? -1 : 1);
}

const parts = { p50Ms: 0.5, p95Ms: 0.95, p99Ms: 0.99 } as const;

/** Reads no more than what is shown, where its first names say which rows that are. */
function narrowed(
  filter: SumsFilter,
  { chosen, by, isAll }: { chosen: readonly NamedWorth[]; by: readonly NamePart[]; isAll: boolean },
): SumsFilter {
  if (isAll || by[0] !== 'one') return filter;
  return { ...filter, one: [...new Set(chosen.map(({ names: [name = ''] }) => name))] };
}
