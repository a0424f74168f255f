import { systemClock } from '../base/clock.ts';
import { openStorage, type StorageOptions, serveStore, tablesOf } from '../storage/storage.ts';
import { type ExplainTables, explainMigrations } from './explainTables.ts';
import { createExplanationStore, type ExplanationStore } from './explanationStore.ts';

interface Data {
  readonly storage: StorageOptions;
  readonly folder: string;
}

/** Entry of the thread that has the store. */
serveStore<Data, ExplanationStore>(({ storage, folder }, { log }) => {
  const parts = { folder, file: 'explain.db', clock: systemClock, log, migrations: [explainMigrations] };
  return createExplanationStore(tablesOf<ExplainTables>(openStorage(storage, parts), explainMigrations));
});
