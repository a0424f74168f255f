import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Clock } from '../../src/base/clock.ts';
import {
  type Billing,
  type BillingOptions,
  billingOptions,
  createBilling,
} from '../../src/billing/billing.ts';
import { createStoreThread, storageOptions } from '../../src/storage/storage.ts';
import { lendThread } from '../support/lendThread.ts';
import { silentLog } from '../support/silentLog.ts';
import type { TestStore } from '../support/stores.ts';

export interface OpenBilling extends Billing {
  /** Messages of the log, but for debugging. */
  readonly said: string[];
}

export interface OpenOptions {
  readonly dir?: string;
  /** Where the store is; one of its own otherwise. */
  readonly url?: string;
  readonly settings?: object;
  readonly clock: Clock;
  readonly region?: string;
  readonly knownConsumers?: () => Promise<{ name: string; plan: string | null; suspended: boolean }[]>;
}

/** Billing on a store and in a folder of its own each, or in those that it is given. */
export function createBillingFixture(store: TestStore) {
  const folders: string[] = [];
  const opened: OpenBilling[] = [];

  async function folder(): Promise<string> {
    const path = await mkdtemp(join(tmpdir(), 'sluice-billing-'));
    folders.push(path);
    return path;
  }

  return {
    folder,
    optionsOf: (settings: object): BillingOptions => billingOptions.parse(settings),
    async open(options: OpenOptions): Promise<OpenBilling> {
      const { clock, settings = {}, region = '', knownConsumers } = options;
      const dir = options.dir ?? (await folder());
      const url = options.url ?? (await store.place(dir));
      const said: string[] = [];
      const note = (_fields: object, message: string) => void said.push(message);
      const log = { ...silentLog, info: note, warn: note, error: note };
      const billing = createBilling(billingOptions.parse(settings), {
        storage: storageOptions.parse({ url, dir }),
        storeThread: createStoreThread({ log, startThread: lendThread }),
        ...{ folder: dir, dir, region, clock },
        ...(knownConsumers && { knownConsumers }),
        log,
      });
      const open = { ...billing, said };
      opened.push(open);
      return open;
    },
    async close(billing: OpenBilling): Promise<void> {
      opened.splice(opened.indexOf(billing), 1);
      await billing.close();
    },
    async end(): Promise<void> {
      for (const each of opened.splice(0)) await each.close();
      for (const path of folders.splice(0)) await rm(path, { recursive: true, force: true });
    },
  };
}
