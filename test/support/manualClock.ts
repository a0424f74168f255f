import type { Clock } from '../../src/base/clock.ts';

export interface ManualClock extends Clock {
  /** Lets time pass: what becomes due runs, in order, and has begun when this returns. */
  advance(ms: number): void;
  /** Sets the wall clock on or back, as an operator might; no time passes. */
  jump(ms: number): void;
  /** Is something waiting that was asked for with this delay? */
  isAwaited(delayMs: number): boolean;
  /** How many wait that asked for this delay. */
  countAwaited(delayMs: number): number;
}

/** A clock that stands until it is moved. */
export function createManualClock(): ManualClock {
  let nowMs = 0;
  let wallAheadMs = 1_700_000_000_000;
  let timers: Array<{ readonly delayMs: number; readonly dueMs: number; readonly run: () => void }> = [];
  return {
    wallMs: () => wallAheadMs + nowMs,
    monotonicMs: () => nowMs,
    after(delayMs, run) {
      const timer = { delayMs, dueMs: nowMs + delayMs, run };
      timers.push(timer);
      return {
        cancel() {
          timers = timers.filter((each) => each !== timer);
        },
      };
    },
    isAwaited: (delayMs) => timers.some((timer) => timer.delayMs === delayMs),
    countAwaited: (delayMs) => timers.filter((timer) => timer.delayMs === delayMs).length,
    jump(ms) {
      wallAheadMs += ms;
    },
    advance(ms) {
      nowMs += ms;
      const due = timers.filter(({ dueMs }) => dueMs <= nowMs).sort((a, b) => a.dueMs - b.dueMs);
      timers = timers.filter(({ dueMs }) => dueMs > nowMs);
      for (const { run } of due) run();
    },
  };
}
