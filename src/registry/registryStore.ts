import type { Selectable } from 'kysely';
import { SluiceError } from '../base/errors.ts';
import type { CheckReport, CompositionRemark, HistoryEntry } from '../model/registry.ts';
import type { Supergraph } from '../model/supergraph.ts';
import type { PartTables } from '../storage/storage.ts';
import { appendChange, type Change, type Done, rememberDone } from './appendChange.ts';
import type { LastGood } from './lastGood.ts';
import { headVersion, readSupergraph, type StoredSupergraph } from './readSupergraph.ts';
import type { RegistryTables } from './registryTables.ts';
import { hasHistory, type RestoreBounds, restoreLastGood } from './restoreLastGood.ts';

/** The answer once given to a change with this key. */
export interface Replay {
  readonly inputHash: string;
  readonly version: number;
  readonly report: CheckReport;
}

/** The registry's tables, read and written. Everything throws STORE_UNAVAILABLE when the store is at fault. */
export interface RegistryStore {
  /** The newest version, 0 when there is none. */
  headVersion(): Promise<number>;
  /** Null for a version that never was. */
  read(version: number): Promise<StoredSupergraph | null>;
  /** Newest first. */
  history(page: { limit: number; before?: number }): Promise<readonly HistoryEntry[]>;
  /** What composition remarked on; null where that is not known. */
  hintsOf(version: number): Promise<readonly CompositionRemark[] | null>;
  /** Newest first. */
  entriesAfter(version: number): Promise<readonly HistoryEntry[]>;
  replay(key: string): Promise<Replay | null>;
  /** By subgraph, the hash of what was last published from its file. */
  fileHashes(): Promise<ReadonlyMap<string, string>>;
  /** Null when the head is not the change's parent any more, or its idempotency key was used: nothing is changed then. */
  append(change: Change): Promise<Supergraph | null>;
  /** For a change that found everything in place: keeps its key and file hashes. */
  remember(done: Done): Promise<void>;
  /** Whether anybody ever published here: there is more than what gateways put back. */
  hasHistory(): Promise<boolean>;
  /** Puts back what the store has lost, as far as it may; returns what is its head then. */
  restore(lastGood: LastGood, bounds: RestoreBounds): Promise<Supergraph>;
}

export function createRegistryStore(tables: PartTables<RegistryTables>): RegistryStore {
  const { database, change: inChange } = tables;
  return {
    headVersion: () => headVersion(database),
    read: (version) => readSupergraph(database, version),
    async history({ limit, before }) {
      let query = database
        .selectFrom('registry_versions')
        .select(entryColumns)
        .orderBy('version', 'desc')
        .limit(limit);
      if (before !== undefined) query = query.where('version', '<', before);
      return (await query.execute()).map(historyEntry);
    },
    async hintsOf(version) {
      const rows = database.selectFrom('registry_versions').select(['hints', 'rolled_back_to']);
      for (let sought: number | null = version; sought !== null; ) {
        const row: StoredHints | undefined = await rows.where('version', '=', sought).executeTakeFirst();
        if (row?.hints) return JSON.parse(row.hints);
        sought = row?.rolled_back_to ?? null;
      }
      return null;
    },
    async entriesAfter(version) {
      const query = database
        .selectFrom('registry_versions')
        .select(entryColumns)
        .where('version', '>', version);
      return (await query.orderBy('version', 'desc').execute()).map(historyEntry);
    },
    async replay(key) {
      const query = database.selectFrom('registry_idempotency').selectAll().where('key', '=', key);
      const row = await query.executeTakeFirst();
      if (!row) return null;
      return { inputHash: row.input_hash, version: row.version, report: JSON.parse(row.report) };
    },
    async fileHashes() {
      const rows = await database.selectFrom('registry_file_sources').selectAll().execute();
      return new Map(rows.map(({ name, hash }) => [name, hash]));
    },
    append: (change) => appendChange(tables, change),
    async remember(done) {
      await inChange((transaction) => rememberDone(transaction, done));
    },
    hasHistory: () => hasHistory(database),
    async restore(lastGood, bounds) {
      const version = await restoreLastGood(tables, { lastGood, ...bounds });
      const stored = await readSupergraph(database, version);
      if (!stored?.supergraph)
        throw new SluiceError('STORE_UNAVAILABLE', 'The store is damaged', { detail: stored });
      return stored.supergraph;
    },
  };
}

type StoredHints = Pick<Selectable<RegistryTables['registry_versions']>, 'hints' | 'rolled_back_to'>;

const entryColumns = ['version', 'hash', 'kind', 'changed', 'rolled_back_to', 'author', 'at_ms'] as const;

function historyEntry(
  row: Pick<Selectable<RegistryTables['registry_versions']>, (typeof entryColumns)[number]>,
): HistoryEntry {
  const { version, hash, kind, changed, rolled_back_to, author, at_ms } = row;
  return {
    version,
    hash,
    kind,
    changed: JSON.parse(changed),
    rolledBackTo: rolled_back_to,
    author,
    atMs: at_ms,
  };
}
