import { performance } from 'node:perf_hooks';

/** A timer that can be called off; it does not keep the process alive. */
export interface Timer {
  cancel(): void;
}

/** Time as an argument, so that tests can move it. Wall time is for people, monotonic time for durations. */
export interface Clock {
  /** Milliseconds since 1970; may jump. */
  wallMs(): number;
  /** Milliseconds since some start; never jumps back. */
  monotonicMs(): number;
  after(delayMs: number, run: () => void): Timer;
}

export const systemClock: Clock = {
  wallMs: () => Date.now(),
  monotonicMs: () => performance.now(),
  after(delayMs, run) {
    const handle = setTimeout(run, delayMs);
    handle.unref();
    return { cancel: () => clearTimeout(handle) };
  },
};
