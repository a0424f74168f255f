import type { Kysely } from 'kysely';
import type { Migrations } from '../storage/storage.ts';

export type IdentityTables = {
  identity_consumers: {
    name: string;
    plan: string | null;
    /** A JSON list. */
    scopes: string;
    suspended_at_ms: number | null;
  };
  identity_keys: {
    id: string;
    consumer: string;
    /** HMAC-SHA-256 of the key, hex. */
    hash: string;
    /** Names the secret it was hashed with, without telling it. */
    secret_name: string;
    author: string;
    created_at_ms: number;
    expires_at_ms: number | null;
    revoked_at_ms: number | null;
  };
  /** One row, counted up with each change, so that others see that something changed. */
  identity_revision: { one: number; revision: number };
};

export const identityMigrations: Migrations = { part: 'identity', steps: [createTables] };

async function createTables(database: Kysely<unknown>): Promise<void> {
  const { schema } = database;
  await schema
    .createTable('identity_consumers')
    .addColumn('name', 'text', (column) => column.primaryKey())
    .addColumn('plan', 'text')
    .addColumn('scopes', 'text', (column) => column.notNull())
    .addColumn('suspended_at_ms', 'bigint')
    .execute();
  await schema
    .createTable('identity_keys')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('consumer', 'text', (column) => column.notNull().references('identity_consumers.name'))
    .addColumn('hash', 'text', (column) => column.notNull())
    .addColumn('secret_name', 'text', (column) => column.notNull())
    .addColumn('author', 'text', (column) => column.notNull())
    .addColumn('created_at_ms', 'bigint', (column) => column.notNull())
    .addColumn('expires_at_ms', 'bigint')
    .addColumn('revoked_at_ms', 'bigint')
    .execute();
  await schema.createIndex('identity_keys_consumer').on('identity_keys').column('consumer').execute();
  await schema
    .createTable('identity_revision')
    .addColumn('one', 'integer', (column) => column.primaryKey())
    .addColumn('revision', 'integer', (column) => column.notNull())
    .execute();
  await database
    .withTables<IdentityTables>()
    .insertInto('identity_revision')
    .values({ one: 1, revision: 0 })
    .execute();
}
