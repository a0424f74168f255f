import type { Period } from '../analytics/analytics.ts';
import { SluiceError } from '../base/errors.ts';

export interface PeriodArguments {
  readonly lastSeconds: number;
  readonly since?: unknown;
  readonly until?: unknown;
}

/** Longer than anything is kept. */
const maxSeconds = 10 * 365 * 86_400;

/** The period that is asked about: up to now, unless it says otherwise. */
export function usagePeriod({ lastSeconds, since, until }: PeriodArguments, nowMs: number): Period {
  if (lastSeconds < 1 || lastSeconds > maxSeconds)
    throw new SluiceError('BAD_USER_INPUT', `lastSeconds is ${lastSeconds}; allowed: 1 to ${maxSeconds}.`);
  const untilMs = momentOf('until', until) ?? nowMs;
  const fromMs = momentOf('since', since) ?? untilMs - lastSeconds * 1000;
  if (fromMs < untilMs && untilMs - fromMs <= maxSeconds * 1000) return { fromMs, untilMs };
  throw new SluiceError(
    'BAD_USER_INPUT',
    'since has to be before until, or before now where until is not given, by ten years at most.',
  );
}

function momentOf(name: string, written: unknown): number | null {
  if (written === undefined || written === null) return null;
  const ms = typeof written === 'string' ? Date.parse(written) : Number.NaN;
  if (!Number.isNaN(ms)) return ms;
  throw new SluiceError(
    'BAD_USER_INPUT',
    `${name} is no moment as ISO 8601 writes it, such as 2026-01-31T09:30:00Z.`,
  );
}
