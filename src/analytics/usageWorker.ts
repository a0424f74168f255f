import { systemClock } from '../base/clock.ts';
import { openStorage, serveStore, tablesOf } from '../storage/storage.ts';
import { createUsageStore, type UsageStore } from './usageStore.ts';
import { type UsageTables, usageMigrations } from './usageTables.ts';
import type { UsageThreadData } from './usageThread.ts';

/** Entry of the thread that has the store. */
serveStore<UsageThreadData, UsageStore>(({ storage: options, folder, ...means }, { log }) => {
  const parts = { folder, file: 'usage.db', clock: systemClock, log, migrations: [usageMigrations] };
  return createUsageStore(tablesOf<UsageTables>(openStorage(options, parts), usageMigrations), means);
});
