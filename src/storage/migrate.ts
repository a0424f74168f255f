import type { Kysely } from 'kysely';
import { SluiceError } from '../base/errors.ts';

/** One step of a part's tables, written with kysely's schema builder so that every store understands it. */
export type Migration = (database: Kysely<unknown>) => Promise<void>;

/** The tables a part owns. Steps that have been released never change; a part adds new ones at the end. */
export interface Migrations {
  readonly part: string;
  readonly steps: readonly Migration[];
}

type MigrationTables = {
  storage_migrations: { part: string; steps: number };
};

/** Brings the tables of all parts up to date, all or none. Refuses a store that a newer program has written. */
export async function migrate(database: Kysely<unknown>, parts: readonly Migrations[]): Promise<void> {
  const done = await stepsDone(database);
  if (parts.every(({ part, steps }) => done.get(part) === steps.length)) return;
  await database.transaction().execute(async (transaction) => {
    await transaction.schema
      .createTable('storage_migrations')
      .ifNotExists()
      .addColumn('part', 'text', (column) => column.primaryKey())
      .addColumn('steps', 'integer', (column) => column.notNull())
      .execute();
    const doneNow = await stepsDone(transaction); // another process may have been faster
    for (const part of parts) await migratePart(transaction, part, doneNow.get(part.part) ?? 0);
  });
}

async function migratePart(
  database: Kysely<unknown>,
  { part, steps }: Migrations,
  done: number,
): Promise<void> {
  if (done > steps.length) {
    throw new SluiceError('STORE_UNAVAILABLE', 'The store was written by a newer Sluice; update this one', {
      detail: { part, stepsInStore: done, stepsKnown: steps.length },
    });
  }
  for (const step of steps.slice(done)) await step(database);
  await database
    .withTables<MigrationTables>()
    .insertInto('storage_migrations')
    .values({ part, steps: steps.length })
    .onConflict((conflict) => conflict.column('part').doUpdateSet({ steps: steps.length }))
    .execute();
}

async function stepsDone(database: Kysely<unknown>): Promise<ReadonlyMap<string, number>> {
  const tables = await database.introspection.getTables();
  if (!tables.some(({ name }) => name === 'storage_migrations')) return new Map();
  const rows = await database
    .withTables<MigrationTables>()
    .selectFrom('storage_migrations')
    .selectAll()
    .execute();
  return new Map(rows.map(({ part, steps }) => [part, steps]));
}
