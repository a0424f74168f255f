import { siblingModule } from '../base/siblingModule.ts';
import type { Log } from '../model/log.ts';
import { createStoreThread, type StorageOptions, type StoreThread } from '../storage/storage.ts';
import type { BillingStore } from './billingStore.ts';

/** What the thread is started with. */
export interface BillingThreadData {
  readonly storage: StorageOptions;
  readonly folder: string;
  /** Holds the folders of all logs. */
  readonly dir: string;
}

/** The store's methods; each takes one question. */
const methods = {
  ship: true,
  adopt: true,
  forget: true,
  enrol: true,
  billed: true,
  terms: true,
  lastPlan: true,
} as const satisfies Record<keyof BillingStore, true>;

export function createBillingThread(
  data: BillingThreadData,
  { log }: { log: Log },
): StoreThread<BillingStore> {
  const module = siblingModule(import.meta.url, 'billingWorker');
  return createStoreThread<BillingStore>({ module, data, methods, what: 'billing', log });
}
