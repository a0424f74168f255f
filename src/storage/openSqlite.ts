import type { DatabaseSync } from 'node:sqlite';
import { Kysely } from 'kysely';
import { migrate } from './migrate.ts';
import { createSqliteDialect } from './sqliteDialect.ts';
import { openSqliteFile } from './sqliteFile.ts';
import type { Store, StoreParts, StoreRecovery } from './store.ts';

/** The store in `<folder>/sluice.db`; the file is opened by the first query, and by each later one until it works. */
export function openSqlite(folder: string, parts: StoreParts): Store {
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
  const database = new Kysely<unknown>({ dialect: createSqliteDialect({ open, ...parts }) });
  return {
    kind: 'sqlite',
    database,
    // Each transaction takes the one write lock of the file at once: none is ever beside another.
    change: (_part, work) => database.transaction().execute(work),
    recovery: () => recovery,
    close: () => database.destroy(),
  };
}

/** On a kysely of its own, which is not destroyed: that would close the file. */
async function migrateFile(file: DatabaseSync, { migrations, ...parts }: StoreParts): Promise<void> {
  const database = new Kysely<unknown>({
    dialect: createSqliteDialect({ open: async () => file, ...parts }),
  });
  await migrate(
    {
      kind: 'sqlite',
      database,
      change: (_part, work) => database.transaction().execute(work),
      hasTable: async (name) =>
        (await database.introspection.getTables()).some((table) => table.name === name),
    },
    migrations,
  );
}
