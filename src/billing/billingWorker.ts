import { parentPort, workerData } from 'node:worker_threads';
import { systemClock } from '../base/clock.ts';
import { openStorage, serveStore, tablesOf } from '../storage/storage.ts';
import { createBillingStore } from './billingStore.ts';
import { type BillingTables, billingMigrations } from './billingTables.ts';
import type { BillingThreadData } from './billingThread.ts';

/** Entry of the thread that has the store of billing, and reads the log into it. */
if (parentPort) {
  const { storage: options, folder, dir } = workerData as BillingThreadData;
  serveStore(parentPort, (log) => {
    const parts = { folder, file: 'billing.db', clock: systemClock, log, migrations: [billingMigrations] };
    const storage = openStorage(options, parts);
    return createBillingStore(tablesOf<BillingTables>(storage, billingMigrations), { dir, log });
  });
}
