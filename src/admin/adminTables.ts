import type { Kysely } from 'kysely';
import type { Migrations } from '../storage/storage.ts';
import type { AuditedChange } from './auditedChange.ts';
import type { GatewayEvent } from './gatewayEvents.ts';

/** Rows are never changed; the oldest are removed. */
export type AdminTables = {
  admin_audit: Omit<AuditedChange, 'details' | 'requestId'> & {
    /** Counts from 1, without gaps. */
    id: number;
    at_ms: number;
    request_id: string;
    /** A JSON object. */
    details: string;
  };
  admin_events: Omit<GatewayEvent, 'atMs'> & {
    at_ms: number;
    /** Names the process it happened to. */
    source: string;
    /** Counts those of a process. */
    number: number;
  };
};

export const adminMigrations: Migrations = { part: 'admin', steps: [createTables, createEvents] };

async function createTables({ schema }: Kysely<unknown>): Promise<void> {
  await schema
    .createTable('admin_audit')
    .addColumn('id', 'bigint', (column) => column.primaryKey())
    .addColumn('at_ms', 'bigint', (column) => column.notNull())
    .addColumn('by', 'text', (column) => column.notNull())
    .addColumn('role', 'text')
    .addColumn('address', 'text', (column) => column.notNull())
    .addColumn('action', 'text', (column) => column.notNull())
    .addColumn('target', 'text', (column) => column.notNull())
    .addColumn('result', 'text', (column) => column.notNull())
    .addColumn('code', 'text')
    .addColumn('request_id', 'text', (column) => column.notNull())
    .addColumn('details', 'text', (column) => column.notNull())
    .execute();
  await schema.createIndex('admin_audit_at').on('admin_audit').column('at_ms').execute();
}

async function createEvents({ schema }: Kysely<unknown>): Promise<void> {
  await schema
    .createTable('admin_events')
    .addColumn('at_ms', 'bigint', (column) => column.notNull())
    .addColumn('source', 'text', (column) => column.notNull())
    .addColumn('number', 'integer', (column) => column.notNull())
    .addColumn('kind', 'text', (column) => column.notNull())
    .addColumn('subgraph', 'text')
    .addColumn('text', 'text', (column) => column.notNull())
    .addPrimaryKeyConstraint('admin_events_key', ['source', 'number'])
    .execute();
  await schema.createIndex('admin_events_at').on('admin_events').column('at_ms').execute();
}
