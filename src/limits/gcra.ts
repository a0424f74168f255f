import type { Rate, Taken } from './counters.ts';
import { retryMs } from './retryMs.ts';

/** A part of a unit that rounding may cost. */
const tolerance = 1e-6;

/** The state of one counter: the moment at which all its units are there again; undefined for one that was never used. */
export type FullAtMs = number | undefined;

/**
 * The generic cell rate algorithm: one number a counter says when it is full again. Taking moves that moment on by the time a unit
 * needs to grow; what would move it further than a whole burst from now is refused. The number is never further away than that,
 * whatever a clock does.
 */
export function gcra(
  { count, periodMs, burst }: Rate,
  { fullAtMs, nowMs, cost }: { fullAtMs: FullAtMs; nowMs: number; cost: number },
): Taken & { fullAtMs: number } {
  const { unitMs, burstMs } = { unitMs: periodMs / count, burstMs: (periodMs / count) * burst };
  const before = Math.min(Math.max(fullAtMs ?? nowMs, nowMs), nowMs + burstMs);
  const after = before + cost * unitMs;
  const allowed = after - nowMs <= burstMs + unitMs * tolerance;
  const reached = allowed ? after : before;
  return {
    allowed,
    fullAtMs: reached,
    remaining: Math.max(0, Math.floor((burstMs - (reached - nowMs)) / unitMs + tolerance)),
    resetMs: reached - nowMs,
    retryMs: retryMs({ allowed, never: cost > burst, waitMs: after - burstMs - nowMs }),
  };
}

/** Moves the moment without asking; never before now, never further than a whole burst. */
export function gcraAdjusted(
  { count, periodMs, burst }: Rate,
  { fullAtMs, nowMs, cost }: { fullAtMs: FullAtMs; nowMs: number; cost: number },
): number {
  const unitMs = periodMs / count;
  const moved = Math.max(fullAtMs ?? nowMs, nowMs) + cost * unitMs;
  return Math.min(Math.max(moved, nowMs), nowMs + unitMs * burst);
}
