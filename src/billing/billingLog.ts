import type { Clock, Timer } from '../base/clock.ts';
import type { Log } from '../model/log.ts';
import { createLogWriter } from './logWriter.ts';
import type { PlanTerms } from './planTerms.ts';
import type { Position } from './position.ts';
import { createRecordBuffer } from './recordBuffer.ts';

export interface BillingLogParts {
  /** Of this log alone; made when there is something to write. */
  readonly folder: string;
  /** How long a record may wait to be written. */
  readonly commitMs: number;
  /** Of what waits, on disk and in memory, until it is in the store. */
  readonly maxBytes: number;
  /** What other logs have on the same disk counts, too. */
  readonly othersBytes: () => number;
  /** When the next file is begun. */
  readonly fileBytes: number;
  readonly clock: Clock;
  readonly log: Log;
}

/** The write-ahead log of one process. */
export interface BillingLog {
  /** False when too much waits: then it is lost. */
  append(record: { id: string; units: number; atMs: number; charged: Buffer }): boolean;
  /** What plans cost from now on; stands in each file. */
  setTerms(terms: readonly PlanTerms[]): void;
  /** Writes what was appended until now; what cannot be written goes on waiting. */
  flush(): Promise<void>;
  /** What is on disk to stay ends here. */
  committed(): Position;
  /** So much of it need not be kept any more. */
  setStored(position: Position): void;
  waitingBytes(): number;
  /** Records that are not billed, since too much waited. */
  lost(): number;
  close(): Promise<void>;
}

/** What waits in memory while the disk takes nothing. */
const maxMemoryBytes = 16 * 1024 ** 2;
const retryMs = 1000;
/** How many are lost until that is told again. */
const tellEvery = 100_000;

/** Records wait in memory for some milliseconds, then all of them are written and synced at once. */
export function createBillingLog(parts: BillingLogParts): BillingLog {
  const { commitMs, maxBytes, othersBytes, clock, log } = parts;
  const writer = createLogWriter(parts);
  const buffer = createRecordBuffer();
  const loss = countLoss(log);
  let waiting: Buffer[] = [];
  let heldBytes = 0;
  let timer: Timer | null = null;
  let writing: Promise<void> | null = null;
  let isFailing = false;

  function hold(bytes: Buffer): void {
    if (bytes.length === 0) return;
    waiting.push(bytes);
    heldBytes += bytes.length;
  }

  async function writeAll(): Promise<void> {
    hold(buffer.take());
    try {
      for (let next = waiting[0]; next; next = waiting[0]) {
        await writer.put(next);
        waiting = waiting.slice(1);
        heldBytes -= next.length;
        await writer.turn();
      }
      if (isFailing) log.info({ lost: loss.count() }, 'The log of billing can be written again');
      isFailing = false;
    } catch (err) {
      if (!isFailing)
        log.error({ err }, 'The log of billing cannot be written; what is to be billed waits in memory');
      isFailing = true;
      await writer.letGo().catch(() => undefined); // It has failed already, and that was told.
      wakeAfter(retryMs);
    }
  }

  async function flush(): Promise<void> {
    await writing; // It took what there was when it began.
    writing ??= writeAll().finally(() => {
      writing = null;
    });
    await writing;
  }

  function wakeAfter(delayMs: number): void {
    timer ??= clock.after(delayMs, () => {
      timer = null;
      void flush();
    });
  }

  const memoryBytes = (): number => heldBytes + buffer.bytes();
  return {
    append(record) {
      const bytes = memoryBytes();
      if (bytes > maxMemoryBytes || writer.bytes() + othersBytes() + bytes > maxBytes) return loss.add();
      buffer.add(record);
      wakeAfter(commitMs);
      return true;
    },
    setTerms(terms) {
      const fresh = writer.addTerms(terms);
      hold(fresh);
      // So that the log is open before something is to be billed: that takes longer than a write.
      if (fresh.length > 0) wakeAfter(commitMs);
    },
    waitingBytes: () => writer.bytes() + memoryBytes(),
    ...{ flush, committed: writer.committed, setStored: writer.setStored, lost: loss.count },
    async close() {
      await flush();
      timer?.cancel();
      await writer.close();
      if (heldBytes > 0)
        log.error({ bytes: heldBytes }, 'What was to be billed could not be written: it is lost');
    },
  };
}

/** Counts what is lost, and says so, now and then. */
function countLoss(log: Log): { add(): false; count(): number } {
  let lost = 0;
  return {
    add() {
      lost += 1;
      if (lost % tellEvery === 1)
        log.error(
          { lost },
          'Too much waits to be billed (billing.log.max): operations are answered and not billed',
        );
      return false;
    },
    count: () => lost,
  };
}
