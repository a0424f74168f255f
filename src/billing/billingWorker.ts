import { systemClock } from '../base/clock.ts';
import { openStorage, serveStore, tablesOf } from '../storage/storage.ts';
import { type BillingStore, createBillingStore } from './billingStore.ts';
import { type BillingTables, billingMigrations } from './billingTables.ts';
import type { BillingThreadData } from './billingThread.ts';

/** Entry of the thread that has the store of billing, and reads the log into it. */
serveStore<BillingThreadData, BillingStore>(({ storage: options, folder, dir }, { log }) => {
  const parts = { folder, file: 'billing.db', clock: systemClock, log, migrations: [billingMigrations] };
  const storage = openStorage(options, parts);
  return createBillingStore(tablesOf<BillingTables>(storage, billingMigrations), { dir, log });
});
