import type { Clock, Timer } from '../base/clock.ts';
import type { Log } from '../model/log.ts';
import { forgetOldest } from './forgetOldest.ts';
import { createLeftovers } from './leftovers.ts';
import type { SpoolFile } from './spoolFile.ts';
import { takeBatch } from './takeBatch.ts';
import type { Tally } from './tally.ts';
import { createUpkeep } from './upkeep.ts';
import type { UsageBatch } from './usageBatch.ts';
import type { UsageStore } from './usageStore.ts';

export interface ShippingParts {
  readonly tally: Tally;
  readonly store: Pick<UsageStore, 'write' | 'rollUp' | 'purge'>;
  readonly spoolFile: SpoolFile;
  readonly intervalMs: number;
  /** Of what waits while the store cannot be written. */
  readonly maxWaitingBytes: number;
  readonly clock: Clock;
  readonly log: Log;
}

/** Brings what was counted to the store. */
export interface Shipping {
  /** Writes what there is now; also for who is about to ask. */
  ship(): Promise<void>;
  /** Operations that were forgotten because too much waited. */
  lost(): number;
  /** Writes the rest; what the store does not take goes to a file, for the next run. */
  close(): Promise<void>;
}

/**
 * Writes in batches, one at a time, oldest minute first. While the store fails, what was counted waits in memory and is tried again with
 * the next interval; a batch that was written although its answer got lost is written once more, which changes nothing.
 */
export function createShipping(parts: ShippingParts): Shipping {
  const { tally, store, spoolFile, intervalMs, maxWaitingBytes, clock, log } = parts;
  const leftovers = createLeftovers(spoolFile, { log });
  const upkeep = createUpkeep(store, clock);
  let shipping: Promise<void> | null = null;
  let timer: Timer | null = null;
  let isFailing = false;
  let isUsed = false;
  let isClosed = false;
  let lost = 0;
  again();

  function again(): void {
    if (isClosed) return;
    timer = clock.after(intervalMs, () => void ship().finally(again));
  }

  async function writeAll(): Promise<void> {
    await leftovers.writeTo(store);
    for (;;) {
      const taken = takeBatch(tally, clock.wallMs());
      if (!taken) return;
      try {
        await store.write(taken.batch);
        isUsed = true;
      } catch (failure) {
        taken.giveBack();
        throw failure;
      }
    }
  }

  async function shipOnce(): Promise<void> {
    try {
      await writeAll();
      // A gateway that nobody asks anything need not have the store open.
      if (isUsed) await upkeep();
      if (isFailing) log.info({}, 'usage can be written again');
      isFailing = false;
    } catch (err) {
      if (!isFailing) log.warn({ err }, 'usage cannot be written; it waits in memory');
      isFailing = true;
      lost += forgetOldest(tally.windows, { maxBytes: maxWaitingBytes, log });
    }
  }

  function ship(): Promise<void> {
    shipping ??= shipOnce().finally(() => {
      shipping = null;
    });
    return shipping;
  }

  return {
    async ship() {
      await shipping; // It may have passed what was counted since it began.
      await ship();
    },
    lost: () => lost,
    async close() {
      isClosed = true;
      timer?.cancel();
      await shipping;
      await ship();
      await leftovers.keep(restOf(tally, clock.wallMs()));
    },
  };
}

function restOf(tally: Tally, nowMs: number): readonly UsageBatch[] {
  const batches: UsageBatch[] = [];
  for (;;) {
    const taken = takeBatch(tally, nowMs);
    if (!taken) return batches;
    batches.push(taken.batch);
  }
}
