import { type Clock, systemClock } from '../../src/base/clock.ts';

export interface ShiftedClock extends Clock {
  /** So much time has passed at once; what waits for a timer waits on. */
  pass(ms: number): void;
}

/** A clock that goes with the system's, and can be set on: for parts that talk to real servers while a minute is to pass. */
export function createShiftedClock(): ShiftedClock {
  let aheadMs = 0;
  return {
    wallMs: () => systemClock.wallMs() + aheadMs,
    monotonicMs: () => systemClock.monotonicMs() + aheadMs,
    after: systemClock.after,
    pass(ms) {
      aheadMs += ms;
    },
  };
}
