import type { RegistryStore } from './registryStore.ts';

/** What changes are based on whose authors named no version: the newest when the call arrived. */
export interface Bases {
  newest(): Promise<number>;
  /** Resolves when everybody who has called by now knows theirs, however late the store answered some of them. */
  known(): Promise<void>;
}

export function createBases(store: Pick<RegistryStore, 'headVersion'>): Bases {
  const reading = new Set<Promise<number>>();
  return {
    async newest() {
      const read = store.headVersion();
      reading.add(read);
      try {
        return await read;
      } finally {
        reading.delete(read);
      }
    },
    async known() {
      await Promise.allSettled(reading);
    },
  };
}
