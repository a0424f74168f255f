/** How long the event loop stood still, in milliseconds of processor time of this thread. */
export interface LoopWatch {
  /** The longest since `reset`. */
  longestMs(): number;
  reset(): void;
  stop(): void;
}

/** A timer that is late because this thread was at work; one that is late because others were counts little. */
export function watchLoop(): LoopWatch {
  let last = workedMs();
  let longest = 0;
  const tick = (): void => {
    const now = workedMs();
    longest = Math.max(longest, now - last);
    last = now;
  };
  const timer = setInterval(tick, 5);
  return {
    longestMs() {
      tick();
      return longest;
    },
    reset() {
      last = workedMs();
      longest = 0;
    },
    stop: () => clearInterval(timer),
  };
}

function workedMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}
