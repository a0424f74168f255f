import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { Clock } from '../base/clock.ts';

/** How much of its work this process can do in time. */
export interface Load {
  /** How much is to be shed: 0 for nothing, 1 for all. */
  readonly level: number;
  /** Above this a delay is too long, in milliseconds. */
  setThreshold(delayMs: number): void;
  close(): void;
}

/** Of the last interval, in milliseconds; asked once an interval. */
export type ReadDelay = () => number;

type Histogram = ReturnType<typeof monitorEventLoopDelay>;

const intervalMs = 100;
/** So many intervals in a row: a single pause is a garbage collection, or one large answer. */
const patience = 3;
const more = 0.1;
const less = 0.02;

/** Looks ten times a second how long the event loop kept others waiting. Sheds more quickly than it comes back. */
export function createLoad({ clock, readDelay }: { clock: Clock; readDelay?: ReadDelay }): Load {
  const histogram = readDelay ? null : startHistogram();
  const read = readDelay ?? (() => readP99(histogram as Histogram));
  let thresholdMs = Number.POSITIVE_INFINITY;
  let level = 0;
  let late = 0;
  let timer = clock.after(intervalMs, look);

  function look(): void {
    late = read() > thresholdMs ? late + 1 : 0;
    level = late >= patience ? Math.min(1, level + more) : Math.max(0, level - less);
    timer = clock.after(intervalMs, look);
  }

  return {
    get level() {
      return level;
    },
    setThreshold(delayMs) {
      thresholdMs = delayMs;
    },
    close() {
      timer.cancel();
      histogram?.disable();
    },
  };
}

function startHistogram(): Histogram {
  const histogram = monitorEventLoopDelay({ resolution: 10 });
  histogram.enable();
  return histogram;
}

function readP99(histogram: Histogram): number {
  const p99 = histogram.percentile(99) / 1e6;
  histogram.reset();
  return p99;
}
