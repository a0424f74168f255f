import { join } from 'node:path';
import type { Clock, Timer } from '../base/clock.ts';
import type { Log } from '../model/log.ts';
import type { BillingLog } from './billingLog.ts';
import type { BillingMeter } from './billingMeter.ts';
import type { BillingStore } from './billingStore.ts';
import { isBefore, logStart, type Position } from './position.ts';
import { removeLog, retireFile } from './retireFile.ts';
import type { StoredLog } from './storeLog.ts';

export interface ShippingParts {
  readonly billingLog: Pick<BillingLog, 'flush' | 'committed' | 'setStored' | 'waitingBytes' | 'close'>;
  readonly store: Pick<BillingStore, 'ship' | 'forget'>;
  readonly meter: Pick<BillingMeter, 'noteShipping' | 'noteStored' | 'noteFailure'>;
  /** Holds the folders of all logs. */
  readonly dir: string;
  /** Names the log of this process. */
  readonly instance: string;
  /** Whether files are kept for a while once they are stored. */
  readonly isKept: boolean;
  readonly clock: Clock;
  readonly log: Log;
  /** Done before each turn. */
  readonly upkeep: () => Promise<void>;
}

/** Brings what is in the log to the store. */
export interface Shipping {
  start(): void;
  /** Commits and stores what there is now; throws when the store is at fault. */
  ship(): Promise<void>;
  close(): Promise<void>;
}

const intervalMs = 1000;

/** While the store takes nothing, the log waits; how far it was stored stands in the store, so that nothing is stored twice. */
export function createShipping(parts: ShippingParts): Shipping {
  const { billingLog, store, meter, dir, instance, isKept, clock, log, upkeep } = parts;
  const folder = join(dir, instance);
  let stored: Position = logStart;
  let retired = 0;
  let shipping: Promise<void> | null = null;
  let timer: Timer | null = null;
  let isFailing = false;
  let isStarted = false;
  let isClosed = false;

  async function storeCommitted(): Promise<void> {
    const end = billingLog.committed();
    if (!isBefore(stored, end)) return;
    meter.noteShipping();
    let shipped: StoredLog;
    do {
      // A store that fails half-way says how far it came, and fails when it is asked again.
      shipped = await store.ship({ instance, end, nowMs: clock.wallMs() });
      stored = shipped.until;
      billingLog.setStored(stored);
      meter.noteStored(shipped.records, { isAll: billingLog.waitingBytes() === 0 });
    } while (shipped.records > 0 && isBefore(stored, end));
    for (; retired + 1 < stored.file; retired += 1) await retireFile(folder, retired + 1, isKept);
  }

  function shipOnce(): Promise<void> {
    shipping ??= storeCommitted().finally(() => {
      shipping = null;
    });
    return shipping;
  }

  async function turn(): Promise<void> {
    // One after the other, and neither for want of the other.
    const outcomes = [await outcomeOf(shipOnce), await outcomeOf(upkeep)];
    const err = outcomes.find((failure) => failure !== null) ?? null;
    if (err) meter.noteFailure();
    if (err && !isFailing) log.warn({ err }, 'What is to be billed cannot be stored; it waits in its log');
    if (!err && isFailing) log.info({}, 'What is to be billed can be stored again');
    isFailing = err !== null;
  }

  function again(): void {
    if (!isClosed) timer = clock.after(intervalMs, () => void turn().finally(again));
  }

  async function end(): Promise<void> {
    await billingLog.flush();
    await turn();
    const isStored = !isBefore(stored, billingLog.committed());
    await billingLog.close();
    if (!isStored || stored === logStart) return;
    await retireFile(folder, stored.file, isKept).catch(ignoreMissing);
    await removeLog(folder);
    // All is stored; a mark that stays is of no use, and no harm.
    const err = await outcomeOf(() => store.forget({ instance }));
    if (err) log.debug({ err }, 'The mark of a log that is no more stays in the store');
  }

  return {
    start() {
      if (isStarted || isClosed) return;
      isStarted = true;
      void turn().finally(again);
    },
    async ship() {
      await billingLog.flush();
      await shipping; // It may have passed what was committed since it began.
      await shipOnce();
    },
    async close() {
      isClosed = true;
      timer?.cancel();
      await shipping?.catch(() => undefined); // Told by the turn it was part of.
      await end();
    },
  };
}

/** A file that nothing was written to was not begun. */
function ignoreMissing(failure: NodeJS.ErrnoException): void {
  if (failure.code !== 'ENOENT') throw failure;
}

/** What it failed with; null when it did not. */
async function outcomeOf(run: () => Promise<void>): Promise<unknown> {
  try {
    await run();
    return null;
  } catch (failure) {
    return failure ?? new Error('It failed without saying why');
  }
}
