import type { Kysely } from 'kysely';
import type { Migrations } from '../storage/storage.ts';

export type ExplainTables = {
  explanations: {
    request_id: string;
    at_ms: number;
    /** The process that kept it: a proxy may give two requests one id. */
    instance: string;
    /** An Explanation as JSON. */
    told: string;
  };
};

export const explainMigrations: Migrations = { part: 'explain', steps: [createTables] };

async function createTables({ schema }: Kysely<unknown>): Promise<void> {
  await schema
    .createTable('explanations')
    .addColumn('request_id', 'text', (column) => column.notNull())
    .addColumn('at_ms', 'bigint', (column) => column.notNull())
    .addColumn('instance', 'text', (column) => column.notNull())
    .addColumn('told', 'text', (column) => column.notNull())
    .addPrimaryKeyConstraint('explanations_key', ['request_id', 'at_ms', 'instance'])
    .execute();
  await schema.createIndex('explanations_at').on('explanations').column('at_ms').execute();
}
