import type { Clock } from '../base/clock.ts';

/** How often strangers may make us ask: `burst` times, and then once in `intervalMs`. */
export interface FetchBudget {
  /** False when it is used up. */
  take(): boolean;
}

export function createFetchBudget({
  burst,
  intervalMs,
  clock,
}: {
  burst: number;
  intervalMs: number;
  clock: Clock;
}): FetchBudget {
  /** The moment at which everything taken so far would be given back. */
  let fullAtMs = Number.NEGATIVE_INFINITY;
  return {
    take() {
      const nowMs = clock.monotonicMs();
      const nextMs = Math.max(fullAtMs, nowMs) + intervalMs;
      if (nextMs - nowMs > burst * intervalMs) return false;
      fullAtMs = nextMs;
      return true;
    },
  };
}
