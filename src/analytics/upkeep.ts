import type { Clock } from '../base/clock.ts';
import { minuteMs } from './period.ts';
import type { UsageStore } from './usageStore.ts';

const rollUpEveryMs = minuteMs;
const purgeEveryMs = 10 * minuteMs;

/** Has the store add up and delete, now and then; called more often than that. */
export function createUpkeep(store: Pick<UsageStore, 'rollUp' | 'purge'>, clock: Clock): () => Promise<void> {
  let rolledUpAtMs = clock.monotonicMs();
  let purgedAtMs = clock.monotonicMs();
  return async () => {
    const nowMs = clock.monotonicMs();
    if (nowMs - rolledUpAtMs >= rollUpEveryMs) {
      await store.rollUp(clock.wallMs());
      rolledUpAtMs = nowMs;
    }
    if (nowMs - purgedAtMs >= purgeEveryMs) {
      await store.purge(clock.wallMs());
      purgedAtMs = nowMs;
    }
  };
}
