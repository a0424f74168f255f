import { systemClock } from '../base/clock.ts';
import { openStorage, type StorageOptions, type StoreOpening, tablesOf } from '../storage/storage.ts';
import { type ExplainTables, explainMigrations } from './explainTables.ts';
import { createExplanationStore, type ExplanationStore } from './explanationStore.ts';

interface ExplanationStoreData {
  readonly storage: StorageOptions;
  readonly folder: string;
}

/** Called in the thread of the stores. */
export const openExplanationStore: StoreOpening<ExplanationStoreData, ExplanationStore> = (
  { storage: options, folder },
  { log },
) => {
  const migrations = [explainMigrations];
  const parts = { folder, file: 'explain.db', clock: systemClock, log, migrations, takesTurns: true };
  const storage = openStorage(options, parts);
  return {
    store: createExplanationStore(tablesOf<ExplainTables>(storage, explainMigrations)),
    close: storage.close,
  };
};
