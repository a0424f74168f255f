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

const steps = { minute: minuteMs, hour: hourMs, day: dayMs } as const;

/** Fine enough to see something, coarse enough for a screen. */
const longestByMinute = 3 * hourMs;
const longestByHour = 7 * dayMs;

export async function askSeries(
  database: Kysely<UsageTables>,
  question: SeriesQuestion,
): Promise<SeriesAnswer> {
  const resolutions = await readResolutions(database);
  const period = aligned(question.period, resolutions);
  const step = stepOf(period, resolutions);
  const stepMs = steps[step];
  const { kind, one, two } = question;
  const pieces = piecesOf(period, resolutions, step);
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

function stepOf({ fromMs, untilMs }: Period, { kept }: Resolutions): Resolution {
  const lengthMs = untilMs - fromMs;
  if (lengthMs <= longestByMinute && fromMs >= kept.minute) return 'minute';
  return lengthMs <= longestByHour && fromMs >= kept.hour ? 'hour' : 'day';
}
