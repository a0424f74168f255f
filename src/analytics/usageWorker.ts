import { parentPort, workerData } from 'node:worker_threads';
import { systemClock } from '../base/clock.ts';
import { openStorage, serveStore, tablesOf } from '../storage/storage.ts';
import { createUsageStore } from './usageStore.ts';
import { type UsageTables, usageMigrations } from './usageTables.ts';
import type { UsageThreadData } from './usageThread.ts';

/** Entry of the thread that has the store of usage. */
if (parentPort) {
  const { storage: options, folder, ...means } = workerData as UsageThreadData;
  serveStore(parentPort, (log) => {
    const parts = { folder, file: 'usage.db', clock: systemClock, log, migrations: [usageMigrations] };
    const storage = openStorage(options, parts);
    return createUsageStore(tablesOf<UsageTables>(storage, usageMigrations), means);
  });
}
