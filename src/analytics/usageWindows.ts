import { floorTo, minuteMs } from './period.ts';
import { createUsageWindow, type UsageWindow } from './usageWindow.ts';

/** The minutes that are not wholly written yet. */
export interface UsageWindows {
  /** The one to add to now. */
  at(nowMs: number): UsageWindow;
  /** Oldest first; the last may still grow. */
  all(): readonly UsageWindow[];
  letGo(window: UsageWindow): void;
}

export function createUsageWindows(parts: {
  /** Names this process; no other has the same. */
  readonly instance: string;
  readonly maxGroups: number;
  /** Told when another minute begins. */
  onTurn(): void;
}): UsageWindows {
  const open: UsageWindow[] = [];
  let count = 0;
  return {
    at(nowMs) {
      const startMs = floorTo(minuteMs, nowMs);
      const last = open[open.length - 1];
      if (last?.startMs === startMs) return last;
      // Wall time may jump back: each has a source of its own, so none takes the place of one that was written and let go of.
      last?.end();
      count += 1;
      const window = createUsageWindow({ startMs, source: `${parts.instance}.${count}` }, parts);
      open.push(window);
      parts.onTurn();
      return window;
    },
    all: () => open,
    letGo(window) {
      const index = open.indexOf(window);
      if (index >= 0) open.splice(index, 1);
    },
  };
}
