import type { Clock, Timer } from '../base/clock.ts';
import type { Log } from '../model/log.ts';
import type { ExplanationStore } from './explanationStore.ts';
import type { RecentExplanations } from './recentExplanations.ts';

export interface WritingParts {
  readonly recent: Pick<RecentExplanations, 'unwritten' | 'written'>;
  readonly store: Pick<ExplanationStore, 'write' | 'purge'>;
  /** Names this process. */
  readonly instance: string;
  readonly bounds: { readonly retentionMs: number; readonly max: number };
  readonly clock: Clock;
  readonly log: Log;
}

/** Brings explanations to the store; what it does not take waits, and is let go of when memory is needed. */
export interface Writing {
  write(): Promise<void>;
  close(): Promise<void>;
}

const everyMs = 1000;
const purgeEveryMs = 60_000;
const maxPerStatement = 100;

export function createWriting(parts: WritingParts): Writing {
  const { recent, store, instance, bounds, clock, log } = parts;
  let timer: Timer | null = null;
  let writing: Promise<void> | null = null;
  let isFailing = false;
  let isClosed = false;
  let purgedAtMs = Number.NEGATIVE_INFINITY;
  again();

  function again(): void {
    if (!isClosed) timer = clock.after(everyMs, () => void write().finally(again));
  }

  async function writeAll(): Promise<void> {
    let isUsed = false;
    for (;;) {
      const kept = recent.unwritten(maxPerStatement);
      if (kept.length === 0) break;
      await store.write(
        kept.map(({ explanation: { requestId, atMs }, json: told }) => ({ requestId, atMs, instance, told })),
      );
      recent.written(kept);
      isUsed = true;
    }
    const nowMs = clock.monotonicMs();
    if (!isUsed || nowMs - purgedAtMs < purgeEveryMs) return;
    await store.purge({ sinceMs: clock.wallMs() - bounds.retentionMs, max: bounds.max });
    purgedAtMs = nowMs;
  }

  async function writeOnce(): Promise<void> {
    try {
      await writeAll();
      if (isFailing) log.info({}, 'explanations can be written again');
      isFailing = false;
    } catch (err) {
      if (!isFailing) log.warn({ err }, 'explanations cannot be written; the last ones are in memory');
      isFailing = true;
    }
  }

  function write(): Promise<void> {
    writing ??= writeOnce().finally(() => {
      writing = null;
    });
    return writing;
  }

  return {
    async write() {
      await writing; // It may have passed what was kept since it began.
      await write();
    },
    async close() {
      isClosed = true;
      timer?.cancel();
      await writing;
      await write();
    },
  };
}
