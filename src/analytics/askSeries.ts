import type { Kysely } from 'kysely';
import type { Kind } from './kinds.ts';
import { LatencySketch } from './latencySketch.ts';
import { measures } from './measures.ts';
import { dayMs, floorTo, hourMs, minuteMs, type Period } from './period.ts';
import { aligned, type Piece, piecesOf, type Resolutions, readResolutions } from './piecesOf.ts';
import { type SumsFilter, selected } from './readTotals.ts';
import { type Totals, totalsOf } from './totals.ts';
import { measureColumns, type Resolution, type UsageTables } from './usageTables.ts';

export interface SeriesQuestion {
  readonly kind: Kind;
  readonly period: Period;
  readonly one?: string;
  readonly two?: string;
}

/** One moment after the other, without those in which nothing was asked. */
export interface SeriesAnswer {
  readonly stepMs: number;
  readonly points: readonly { readonly startMs: number; readonly totals: Totals }[];
  /** How many took no longer than each of `latencyBounds`, and than the one before; the last how many took longer than all. */
  readonly latencies: readonly number[];
}

/** In ms, four to a factor of ten: 1, 1.8, 3.2, 5.6, 10, … */
export const latencyBounds: readonly number[] = Array.from({ length: 21 }, (_, at) => 10 ** (at / 4 - 1));

interface Step {
  readonly ms: number;
  /** What it is added up from. */
  readonly from: Resolution;
  /** For periods no longer than this: fine enough to see something, coarse enough for a screen. */
  readonly longestMs: number;
}

const byDay: Step = { ms: dayMs, from: 'day', longestMs: Number.POSITIVE_INFINITY };
/** The finest first. */
const steps: readonly Step[] = [
  { ms: minuteMs, from: 'minute', longestMs: 3 * hourMs },
  { ms: 5 * minuteMs, from: 'minute', longestMs: 12 * hourMs },
  { ms: 15 * minuteMs, from: 'minute', longestMs: 2 * dayMs },
  // A week, whose ends are moved to where sums begin.
  { ms: hourMs, from: 'hour', longestMs: 8 * dayMs },
  byDay,
];

export async function askSeries(
  database: Kysely<UsageTables>,
  question: SeriesQuestion,
): Promise<SeriesAnswer> {
  const resolutions = await readResolutions(database);
  const period = aligned(question.period, resolutions);
  const { ms: stepMs, from } = stepOf(period, resolutions);
  const { kind, one, two } = question;
  const pieces = piecesOf(period, resolutions, from);
  const filter: SumsFilter = { kind, pieces, one: one === undefined ? undefined : [one], two };
  const all = new LatencySketch();
  const points = new Map<number, { sums: number[]; latency: LatencySketch }>();
  for (const level of levelsOf(pieces)) {
    const rows = selected(database, filter, level)?.select(['start_ms', 'latency', ...measureColumns]);
    for (const row of (await rows?.execute()) ?? []) {
      const startMs = floorTo(stepMs, Number(row.start_ms));
      const point = points.get(startMs) ?? { sums: measures.map(() => 0), latency: new LatencySketch() };
      points.set(startMs, point);
      for (const [index, column] of measureColumns.entries())
        point.sums[index] = (point.sums[index] ?? 0) + Number(row[column]);
      point.latency.mergeEncoded(row.latency);
    }
  }
  for (const { latency } of points.values()) all.merge(latency);
  const inOrder = [...points].sort(([a], [b]) => a - b);
  return {
    stepMs,
    points: inOrder.map(([startMs, { sums, latency }]) => ({ startMs, totals: totalsOf(sums, latency) })),
    latencies: all.countsBetween(latencyBounds),
  };
}

function levelsOf(pieces: readonly Piece[]): readonly Resolution[] {
  return [...new Set(pieces.map(({ level }) => level))];
}

/** Where it has been deleted what is told is coarser, and so is the step. */
function stepOf({ fromMs, untilMs }: Period, { kept }: Resolutions): Step {
  const fits = ({ from, longestMs }: Step) => untilMs - fromMs <= longestMs && fromMs >= kept[from];
  return steps.find(fits) ?? byDay;
}
