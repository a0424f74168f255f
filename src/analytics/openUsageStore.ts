import { systemClock } from '../base/clock.ts';
import { openStorage, type StorageOptions, type StoreOpening, tablesOf } from '../storage/storage.ts';
import { usageMigrations } from './usageMigrations.ts';
import { createUsageStore, type UsageStore, type UsageStoreOptions } from './usageStore.ts';
import type { UsageTables } from './usageTables.ts';

/** What the store is opened with. */
export interface UsageStoreData extends UsageStoreOptions {
  readonly storage: StorageOptions;
  readonly folder: string;
}

/** Called in the thread of the stores. */
export const openUsageStore: StoreOpening<UsageStoreData, UsageStore> = (
  { storage: options, folder, ...means },
  { log },
) => {
  const migrations = [usageMigrations];
  const parts = { folder, file: 'usage.db', clock: systemClock, log, migrations, takesTurns: true };
  const storage = openStorage(options, parts);
  const store = createUsageStore(tablesOf<UsageTables>(storage, usageMigrations), means);
  return { store, close: storage.close };
};
