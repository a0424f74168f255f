/**
 * Storage: where parts keep what has to outlive the process. It knows how to open the store, keep its tables up to date and say that
 * it is unavailable; it does not know what is in the tables. Each part owns its tables and hands in the steps that make them.
 *
 * SQLite in a file, for one machine, or Postgres, for gateways on several: one interface, statements go through kysely and are
 * asynchronous. Numbers come as numbers and text is ordered by its bytes on both. A store that cannot be opened (locked, read-only,
 * gone) is no reason not to start: every query tries again, and throws STORE_UNAVAILABLE until it works.
 *
 * A damaged file is moved aside and told with `recovery()`; whoever kept something in it has to put back what it can. A Postgres has
 * backups of its own and others who write to it: it is never put aside, and what a gateway still knows is no reason to change it.
 *
 *   const storage = openStorage(storageOptions.parse({}), { clock, log, migrations: [registryMigrations] });
 *   const { database, change } = tablesOf<RegistryTables>(storage, registryMigrations);
 *   const rows = await database.selectFrom('registry_versions').selectAll().execute();
 */
import { resolve } from 'node:path';
import { z } from 'zod';
import { openPostgres } from './openPostgres.ts';
import { openSqlite } from './openSqlite.ts';
import { postgresOptions } from './postgresOptions.ts';
import type { Store, StoreParts } from './store.ts';
import { storeUrl } from './storeUrl.ts';

export { type Claim, claimFile } from './claimFile.ts';
export type { StoreOpening } from './serveStores.ts';
export type { Migration, Migrations, Store as Storage, StoreKind, StoreRecovery } from './store.ts';
export { createStoreThread, type OpenStore, type StoreThread } from './storeThread.ts';
export { type PartTables, tablesOf } from './tablesOf.ts';

export const storageOptions = z
  .strictObject({
    url: z
      .string()
      .default('sqlite:.sluice')
      .superRefine((url, context) => {
        const { fault } = storeUrl(url);
        // Where the password is in a URL that cannot be read is a guess.
        const params = { secret: url.includes('://') };
        if (fault !== null) context.addIssue({ code: 'custom', message: fault, params });
      })
      .describe(
        'The store: sqlite:FOLDER keeps it in FOLDER/sluice.db, embedded, so that nothing has to be set up; postgres://USER:PASSWORD@HOST/DATABASE is for gateways on several machines.',
      ),
    dir: z
      .string()
      .min(1)
      .default('.sluice')
      .describe(
        'The folder for what has to be there without the store, such as the last good supergraphs; beside the store.',
      ),
    postgres: postgresOptions.prefault({}).describe('How a Postgres is used, where url names one.'),
  })
  .superRefine(({ url, postgres: { password } }, context) => {
    const { target } = storeUrl(url);
    if (password === undefined || (target !== null && target.password === null)) return;
    const place = target ? 'there is one in storage.url already' : 'storage.url names no Postgres';
    const path = ['postgres', 'password'];
    context.addIssue({ code: 'custom', path, message: `expected no password: ${place}` });
  });

export type StorageOptions = z.output<typeof storageOptions>;

export interface StorageParts extends StoreParts {
  /** What a relative path in the options starts from; the process's own folder unless given. */
  readonly folder?: string;
}

/** The store is opened by the first query, and by each later one until it works. */
export function openStorage({ url, postgres }: StorageOptions, parts: StorageParts): Store {
  const { target, folder } = storeUrl(url);
  const start = parts.folder ?? '.';
  if (target === null) return openSqlite(resolve(start, folder ?? '.'), parts);
  const { password = target.password } = postgres;
  return openPostgres({ ...target, password }, postgres, { ...parts, folder: start });
}
