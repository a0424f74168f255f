import { minuteMs } from './period.ts';
import type { Tally } from './tally.ts';
import type { UsageBatch, UsageRow } from './usageBatch.ts';
import type { UsageGroup, UsageWindow } from './usageWindow.ts';

/** So much is taken at once that nobody waits for it: some milliseconds. */
const maxRows = 400;
const maxOperations = 50;
const maxErrors = 100;

export interface TakenBatch {
  readonly batch: UsageBatch;
  /** It was not written: it has to be taken again. */
  giveBack(): void;
}

/** Takes some of what has not been written yet, oldest minute first; null when there is nothing. */
export function takeBatch(tally: Tally, nowMs: number): TakenBatch | null {
  const { windows, operations: seen, errors: examples } = tally;
  tally.settle(nowMs);
  letGoOfWritten(tally, nowMs);
  const window = windows.all().find((each) => !each.isClean()) ?? null;
  const groups = window?.takeDirty(maxRows) ?? [];
  const operations = seen.take(maxOperations);
  const errors = examples.take(maxErrors);
  if (groups.length === 0 && operations.length === 0 && errors.length === 0) return null;
  const { startMs, source } = window ?? { startMs: nowMs, source: '' };
  return {
    batch: { startMs, source, atMs: nowMs, rows: groups.map(rowOf), operations, errors },
    giveBack() {
      for (const group of groups) window?.soil(group);
      seen.giveBack(operations);
      examples.giveBack(errors);
    },
  };
}

/** Nothing is added to a minute that has passed, but for what ends late; that begins a window of its own. */
function letGoOfWritten({ windows }: Tally, nowMs: number): void {
  const isOver = (window: UsageWindow) => nowMs >= window.startMs + minuteMs || nowMs < window.startMs;
  for (const window of [...windows.all()]) if (isOver(window) && window.isClean()) windows.letGo(window);
}

function rowOf({ kind, key, sums, latency }: UsageGroup): UsageRow {
  return { kind, key, sums: [...sums], latency: latency?.encode() ?? '' };
}
