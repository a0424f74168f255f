import type { Kysely } from 'kysely';
import { SluiceError } from '../base/errors.ts';
import type { Migrations, Store } from './store.ts';

type MigrationTables = {
  storage_migrations: { part: string; steps: number };
};

export interface MigratedStore extends Pick<Store, 'kind' | 'database' | 'change'> {
  hasTable(name: string): Promise<boolean>;
}

/**
 * Brings the tables of all parts up to date, all or none; of several processes that start at once, one does it and the others wait.
 * Refuses a store that a newer program has written.
 */
export async function migrate(store: MigratedStore, parts: readonly Migrations[]): Promise<void> {
  const done = (await store.hasTable('storage_migrations')) ? await stepsDone(store.database) : none;
  if (parts.every(({ part, steps }) => done.get(part) === steps.length)) return;
  await store.change('storage', async (transaction) => {
    await transaction.schema
      .createTable('storage_migrations')
      .ifNotExists()
      .addColumn('part', 'text', (column) => column.primaryKey())
      .addColumn('steps', 'integer', (column) => column.notNull())
      .execute();
    const doneNow = await stepsDone(transaction); // another process may have been faster
    for (const { part, steps } of parts) {
      refuseNewer({ part, steps }, doneNow.get(part) ?? 0);
      for (const step of steps.slice(doneNow.get(part) ?? 0)) await step(transaction, store.kind);
      await rememberSteps(transaction, { part, steps: steps.length });
    }
  });
}

const none: ReadonlyMap<string, number> = new Map();

function refuseNewer({ part, steps }: Migrations, done: number): void {
  if (done > steps.length) {
    throw new SluiceError('STORE_UNAVAILABLE', 'The store was written by a newer Sluice; update this one', {
      detail: { part, stepsInStore: done, stepsKnown: steps.length },
    });
  }
}

async function rememberSteps(
  database: Kysely<unknown>,
  done: MigrationTables['storage_migrations'],
): Promise<void> {
  await database
    .withTables<MigrationTables>()
    .insertInto('storage_migrations')
    .values(done)
    .onConflict((conflict) => conflict.column('part').doUpdateSet({ steps: done.steps }))
    .execute();
}

async function stepsDone(database: Kysely<unknown>): Promise<ReadonlyMap<string, number>> {
  const rows = await database
    .withTables<MigrationTables>()
    .selectFrom('storage_migrations')
    .selectAll()
    .execute();
  return new Map(rows.map(({ part, steps }) => [part, steps]));
}
