import type { Kysely } from 'kysely';
import type { Migrations } from '../storage/storage.ts';

export type BillingTables = {
  /** What a consumer used in a month, by operation, under terms of a plan. */
  billing_usage: {
    consumer: string;
    month: string;
    plan: string;
    terms: string;
    operation: string;
    operations: number;
    /** May be larger than a double is exact for; read as text. */
    units: number | bigint;
    first_ms: number;
  };
  /** Who was on which plan in a month, whether they used anything or not. */
  billing_enrolled: { consumer: string; month: string; plan: string; terms: string; first_ms: number };
  /** What plans cost, and did; `said` is JSON. */
  billing_terms: { id: string; plan: string; said: string; first_ms: number };
  /** How far the log of each process has been added up. */
  billing_marks: { instance: string; file: number; byte_offset: number };
};

export const billingMigrations: Migrations = { part: 'billing', steps: [createTables] };

async function createTables({ schema }: Kysely<unknown>): Promise<void> {
  await schema
    .createTable('billing_usage')
    .addColumn('consumer', 'text', (column) => column.notNull())
    .addColumn('month', 'text', (column) => column.notNull())
    .addColumn('plan', 'text', (column) => column.notNull())
    .addColumn('terms', 'text', (column) => column.notNull())
    .addColumn('operation', 'text', (column) => column.notNull())
    .addColumn('operations', 'bigint', (column) => column.notNull())
    .addColumn('units', 'bigint', (column) => column.notNull())
    .addColumn('first_ms', 'bigint', (column) => column.notNull())
    .addPrimaryKeyConstraint('billing_usage_key', ['consumer', 'month', 'plan', 'terms', 'operation'])
    .execute();
  await schema
    .createTable('billing_enrolled')
    .addColumn('consumer', 'text', (column) => column.notNull())
    .addColumn('month', 'text', (column) => column.notNull())
    .addColumn('plan', 'text', (column) => column.notNull())
    .addColumn('terms', 'text', (column) => column.notNull())
    .addColumn('first_ms', 'bigint', (column) => column.notNull())
    .addPrimaryKeyConstraint('billing_enrolled_key', ['consumer', 'month', 'plan'])
    .execute();
  await schema
    .createTable('billing_terms')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('plan', 'text', (column) => column.notNull())
    .addColumn('said', 'text', (column) => column.notNull())
    .addColumn('first_ms', 'bigint', (column) => column.notNull())
    .execute();
  await schema
    .createTable('billing_marks')
    .addColumn('instance', 'text', (column) => column.primaryKey())
    .addColumn('file', 'bigint', (column) => column.notNull())
    .addColumn('byte_offset', 'bigint', (column) => column.notNull())
    .execute();
}
