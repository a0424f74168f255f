import { systemClock } from '../base/clock.ts';
import { openStorage, type StorageOptions, type StoreOpening, tablesOf } from '../storage/storage.ts';
import { type BillingStore, createBillingStore } from './billingStore.ts';
import { type BillingTables, billingMigrations } from './billingTables.ts';

/** What the store is opened with. */
export interface BillingStoreData {
  readonly storage: StorageOptions;
  readonly folder: string;
  /** Holds the folders of all logs. */
  readonly dir: string;
}

/** Called in the thread of the stores, which reads the log, too. */
export const openBillingStore: StoreOpening<BillingStoreData, BillingStore> = (
  { storage: options, folder, dir },
  { log },
) => {
  const migrations = [billingMigrations];
  const parts = { folder, file: 'billing.db', clock: systemClock, log, migrations, takesTurns: true };
  const storage = openStorage(options, parts);
  const store = createBillingStore(tablesOf<BillingTables>(storage, billingMigrations), { dir, log });
  return { store, close: storage.close };
};
