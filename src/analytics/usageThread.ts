import { siblingModule } from '../base/siblingModule.ts';
import type { Log } from '../model/log.ts';
import { createStoreThread, type StorageOptions, type StoreThread } from '../storage/storage.ts';
import type { UsageStore, UsageStoreOptions } from './usageStore.ts';

/** What the thread is started with. */
export interface UsageThreadData extends UsageStoreOptions {
  readonly storage: StorageOptions;
  readonly folder: string;
}

/** The store's methods; each takes one question. */
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
  recent: true,
} as const satisfies Record<keyof UsageStore, true>;

export function createUsageThread(data: UsageThreadData, { log }: { log: Log }): StoreThread<UsageStore> {
  const module = siblingModule(import.meta.url, 'usageWorker');
  return createStoreThread<UsageStore>({ module, data, methods, holds: 'usage', log });
}
