import { siblingModule } from '../base/siblingModule.ts';
import type { Log } from '../model/log.ts';
import { createStoreThread, type StorageOptions, type StoreThread } from '../storage/storage.ts';
import type { UsageStore, UsageStoreOptions } from './usageStore.ts';

/** What the thread is started with. */
export interface UsageThreadData extends UsageStoreOptions {
  readonly storage: StorageOptions;
  readonly folder: string;
}

/** The store, in a thread of its own. */
export type UsageThread = StoreThread<UsageStore>;

export function createUsageThread(data: UsageThreadData, { log }: { log: Log }): UsageThread {
  return createStoreThread<UsageStore>({
    module: siblingModule(import.meta.url, 'usageWorker'),
    data,
    methods,
    what: 'usage',
    log,
  });
}

const methods = {
  write: true,
  rollUp: true,
  purge: true,
  totals: true,
  series: true,
  operation: true,
  operations: true,
  coordinates: true,
  errors: true,
  field: true,
  limits: true,
  recent: true,
} as const satisfies Record<keyof UsageStore, true>;
