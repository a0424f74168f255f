import type { Kysely, Transaction } from 'kysely';
import type { Migrations, Store } from './store.ts';

/** What a part sees of the store: its own tables. */
export interface PartTables<Tables> {
  readonly database: Kysely<Tables>;
  /** As `Storage.change`, for this part. */
  change<Result>(work: (transaction: Transaction<Tables>) => Promise<Result>): Promise<Result>;
}

export function tablesOf<Tables>(
  { database, change }: Pick<Store, 'database' | 'change'>,
  { part }: Pick<Migrations, 'part'>,
): PartTables<Tables> {
  return {
    database: database as Kysely<Tables>,
    change: (work) => change(part, (transaction) => work(transaction as Transaction<Tables>)),
  };
}
