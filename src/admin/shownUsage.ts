import {
  latencyBounds,
  type NamedTotals,
  type Period,
  type RecordedOperation,
  type SeriesAnswer,
  type Totals,
} from '../analytics/analytics.ts';
import { isoTime } from './isoTime.ts';

/** What was counted, as the admin API has it. */
export interface ShownUsage {
  readonly now: ReturnType<typeof shownTotals>;
  readonly before: ReturnType<typeof shownTotals>;
}

/** Now and before. */
export function shownUsage({ now, before }: Pick<NamedTotals, 'now' | 'before'>): ShownUsage {
  return { now: shownTotals(now), before: shownTotals(before) };
}

function shownTotals(totals: Totals) {
  const { calls, admitMs, identifyMs, prepareMs, answerMs } = totals;
  const mean = (ms: number): number => (calls > 0 ? ms / calls : 0);
  return {
    ...totals,
    steps: {
      admitMs: mean(admitMs),
      identifyMs: mean(identifyMs),
      prepareMs: mean(prepareMs),
      answerMs: mean(answerMs),
    },
  };
}

export function shownPeriod({ fromMs, untilMs }: Period) {
  return { since: isoTime(fromMs), until: isoTime(untilMs) };
}

/** A row under its first name; null for none. */
export function shownNamed(row: NamedTotals) {
  return { name: row.names[0] || null, ...shownUsage(row) };
}

/** A row under a client's name and version. */
export function shownClient(row: NamedTotals) {
  return { ...shownNamed(row), version: row.names[1] || null };
}

export function shownOperation({ firstSeenMs, lastSeenMs, ...operation }: RecordedOperation) {
  return { ...operation, firstSeen: isoTime(firstSeenMs), lastSeen: isoTime(lastSeenMs) };
}

export function shownSeries({ stepMs, points, latencies }: SeriesAnswer) {
  return {
    stepSeconds: stepMs / 1000,
    points: points.map(({ startMs, totals }) => ({ at: isoTime(startMs), totals: shownTotals(totals) })),
    latencies: latencies.map((calls, at) => ({
      fromMs: latencyBounds[at - 1] ?? 0,
      untilMs: latencyBounds[at] ?? null,
      calls,
    })),
  };
}
