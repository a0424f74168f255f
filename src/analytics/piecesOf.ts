import type { Kysely } from 'kysely';
import { type Kept, readKept } from './kept.ts';
import { dayMs, floorTo, hourMs, minuteMs, type Period } from './period.ts';
import type { Resolution, UsageTables } from './usageTables.ts';

/** A part of a period, and the sums it is read from. */
export interface Piece extends Period {
  readonly level: Resolution;
}

/** What the store has added up, and what it still has in finer parts. */
export interface Resolutions {
  readonly kept: Kept;
  /** Starts of hours and days that are not added up, or have to be anew. */
  readonly staleHours: ReadonlySet<number>;
  readonly staleDays: ReadonlySet<number>;
}

export async function readResolutions(database: Kysely<UsageTables>): Promise<Resolutions> {
  const kept = await readKept(database);
  const stale = await database.selectFrom('usage_stale').select(['level', 'start_ms']).execute();
  const startsOf = (sought: 'hour' | 'day') =>
    new Set(stale.filter(({ level }) => level === sought).map(({ start_ms }) => Number(start_ms)));
  return { kept, staleHours: startsOf('hour'), staleDays: startsOf('day') };
}

/** The period with its ends where sums of that time begin and end: at a minute, or for what is long past at an hour or a day. */
export function aligned({ fromMs, untilMs }: Period, { kept }: Resolutions): Period {
  const stepAt = (ms: number): number => {
    if (ms < kept.hour) return dayMs;
    return ms < kept.minute ? hourMs : minuteMs;
  };
  const from = floorTo(stepAt(fromMs), fromMs);
  const untilStep = stepAt(untilMs);
  const until = -floorTo(untilStep, -untilMs);
  return { fromMs: from, untilMs: Math.max(until, from + untilStep) };
}

/**
 * Cuts an aligned period into pieces, each as coarse as what has been added up: a month is some thirty days, the hours of today, and the
 * minutes of this hour. With `finest` nothing coarser than that is read.
 */
export function piecesOf(
  { fromMs, untilMs }: Period,
  { staleHours, staleDays }: Resolutions,
  coarsest: Resolution = 'day',
): readonly Piece[] {
  const pieces: Piece[] = [];
  const add = (level: Resolution, from: number, until: number): number => {
    const last = pieces[pieces.length - 1];
    if (last?.level === level) pieces[pieces.length - 1] = { ...last, untilMs: until };
    else pieces.push({ level, fromMs: from, untilMs: until });
    return until;
  };
  for (let at = fromMs; at < untilMs; ) {
    const isWhole = (stepMs: number) => at % stepMs === 0 && at + stepMs <= untilMs;
    if (coarsest === 'day' && isWhole(dayMs) && !staleDays.has(at)) at = add('day', at, at + dayMs);
    else if (coarsest !== 'minute' && isWhole(hourMs) && !staleHours.has(at))
      at = add('hour', at, at + hourMs);
    else at = add('minute', at, Math.min(floorTo(hourMs, at) + hourMs, untilMs));
  }
  return pieces;
}
