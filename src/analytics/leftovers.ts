import { SluiceError } from '../base/errors.ts';
import type { Log } from '../model/log.ts';
import type { SpoolFile } from './spoolFile.ts';
import type { UsageBatch } from './usageBatch.ts';
import type { UsageStore } from './usageStore.ts';

/** What a run that ended could not write, from a file; the next run begins with it. */
export interface Leftovers {
  /** Writes those of the last run; throws when the store takes nothing. */
  writeTo(store: Pick<UsageStore, 'write'>): Promise<void>;
  /** Keeps these, and what could not be written of those of the last run. */
  keep(batches: readonly UsageBatch[]): Promise<void>;
}

export function createLeftovers(spoolFile: SpoolFile, { log }: { log: Log }): Leftovers {
  let left: readonly UsageBatch[] = [];
  const read = readLeft();

  async function readLeft(): Promise<void> {
    try {
      left = await spoolFile.read();
    } catch (err) {
      log.warn({ err }, 'usage that the last run could not write cannot be read, and is lost');
    }
  }

  return {
    async writeTo(store) {
      await read;
      for (; left.length > 0; left = left.slice(1)) {
        try {
          await store.write(left[0] as UsageBatch);
        } catch (failure) {
          const isStores = failure instanceof SluiceError && failure.code === 'STORE_UNAVAILABLE';
          if (isStores) throw failure;
          // Not again and again: what comes after it would wait for ever.
          log.error({ err: failure }, 'usage of the last run is not what can be written, and is lost');
        }
      }
      await spoolFile.remove();
    },
    async keep(batches) {
      await read;
      const all = [...left, ...batches];
      if (all.length === 0) return;
      try {
        await spoolFile.write(all);
        log.warn({}, 'usage could not be written; it is in a file, for the next run');
      } catch (err) {
        log.error({ err }, 'usage could not be written, nor kept in a file: it is lost');
      }
    },
  };
}
