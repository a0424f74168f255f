/**
 * Storage: where parts keep what has to outlive the process. It knows how to open the store, keep its tables up to date and say that
 * it is unavailable; it does not know what is in the tables. Each part owns its tables and hands in the steps that make them.
 *
 * SQLite today; statements go through kysely and are asynchronous, so that another store can take its place. Every transaction is
 * one for writing. A store that cannot be opened (locked, read-only, gone) is no reason not to start: every query tries again, and
 * throws STORE_UNAVAILABLE until it works. A damaged file is moved aside and told with `recovery()`; whoever kept something in it
 * has to put back what it can.
 *
 *   const storage = openStorage(storageOptions.parse({}), { clock, log, migrations: [registryMigrations] });
 *   const rows = await storage.database.withTables<RegistryTables>().selectFrom('registry_versions').selectAll().execute();
 */
import { resolve } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { Kysely } from 'kysely';
import { z } from 'zod';
import type { Clock } from '../base/clock.ts';
import type { Log } from '../model/log.ts';
import { type Migrations, migrate } from './migrate.ts';
import { createSqliteDialect } from './sqliteDialect.ts';
import { openSqliteFile, type StoreRecovery } from './sqliteFile.ts';

export type { Migration, Migrations } from './migrate.ts';
export type { StoreRecovery } from './sqliteFile.ts';

export const storageOptions = z.strictObject({
  url: z
    .string()
    .regex(
      /^sqlite:(?!\/\/).+$/,
      'expected sqlite:FOLDER, such as sqlite:.sluice; no other store is supported yet',
    )
    .default('sqlite:.sluice')
    .describe(
      'The store: sqlite:FOLDER keeps it in FOLDER/sluice.db; embedded, so that nothing has to be set up.',
    ),
  dir: z
    .string()
    .min(1)
    .default('.sluice')
    .describe(
      'The folder for what has to be there without the store, such as the last good supergraphs; beside the store.',
    ),
});

export type StorageOptions = z.output<typeof storageOptions>;

export interface StorageParts {
  /** What a relative path in the options starts from; the process's own folder unless given. */
  readonly folder?: string;
  readonly clock: Clock;
  readonly log: Log;
  readonly migrations: readonly Migrations[];
}

export interface Storage {
  /** For all parts; each reaches its tables with `withTables`. Queries throw STORE_UNAVAILABLE when the store is at fault. */
  readonly database: Kysely<unknown>;
  /** The damaged store that was moved aside when this one was opened, or null. Known once a query went through. */
  recovery(): StoreRecovery | null;
  close(): Promise<void>;
}

/** The store is opened by the first query, and by each later one until it works. */
export function openStorage(options: StorageOptions, parts: StorageParts): Storage {
  const folder = resolve(parts.folder ?? '.', options.url.slice('sqlite:'.length));
  let recovery: StoreRecovery | null = null;
  const open = async (): Promise<DatabaseSync> => {
    const file = await openSqliteFile(folder, parts);
    recovery ??= file.recovery;
    try {
      await migrateFile(file.database, parts);
      return file.database;
    } catch (failure) {
      file.database.close();
      throw failure;
    }
  };
  const database = new Kysely<unknown>({ dialect: createSqliteDialect({ open, clock: parts.clock }) });
  return { database, recovery: () => recovery, close: () => database.destroy() };
}

/** On a kysely of its own, which is not destroyed: that would close the file. */
async function migrateFile(file: DatabaseSync, { clock, migrations }: StorageParts): Promise<void> {
  const dialect = createSqliteDialect({ open: async () => file, clock });
  await migrate(new Kysely<unknown>({ dialect }), migrations);
}
