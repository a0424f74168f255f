import { type Kysely, sql } from 'kysely';
import type { Migrations, StoreKind } from '../storage/storage.ts';
import {
  type MeasureColumn,
  measureColumns,
  type SumsTable,
  shapeColumns,
  sumsKey,
  sumsTables,
} from './usageTables.ts';

/** The measures that sums began with. */
const firstMeasures = measureColumns.slice(0, measureColumns.indexOf('cache_misses'));

/** Those that came after them; what was counted before has none of them. */
const addedMeasures = [
  'cache_misses',
  'cache_stale',
  'retries',
  'replaced',
] as const satisfies readonly MeasureColumn[];

export const usageMigrations: Migrations = { part: 'analytics', steps: [createTables, addShapes, addCalls] };

async function createTables(database: Kysely<unknown>, store: StoreKind): Promise<void> {
  for (const table of sumsTables) await createSumsTable(database, table, store);
  const { schema } = database;
  await schema
    .createTable('usage_stale')
    .addColumn('level', 'text', (column) => column.notNull())
    .addColumn('start_ms', 'bigint', (column) => column.notNull())
    .addColumn('writes', 'integer', (column) => column.notNull())
    .addPrimaryKeyConstraint('usage_stale_key', ['level', 'start_ms'])
    .execute();
  await schema
    .createTable('usage_kept')
    .addColumn('level', 'text', (column) => column.primaryKey())
    .addColumn('from_ms', 'bigint', (column) => column.notNull())
    .execute();
  await schema
    .createTable('usage_operations')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('name', 'text')
    .addColumn('kind', 'text', (column) => column.notNull())
    .addColumn('text', 'text', (column) => column.notNull())
    .addColumn('first_seen_ms', 'bigint', (column) => column.notNull())
    .addColumn('last_seen_ms', 'bigint', (column) => column.notNull())
    .execute();
  await schema.createIndex('usage_operations_name').on('usage_operations').column('name').execute();
  await schema
    .createTable('usage_coordinates')
    .addColumn('coordinate', 'text', (column) => column.notNull())
    .addColumn('operation', 'text', (column) => column.notNull())
    .addColumn('first_seen_ms', 'bigint', (column) => column.notNull())
    .addColumn('last_seen_ms', 'bigint', (column) => column.notNull())
    .addPrimaryKeyConstraint('usage_coordinates_key', ['coordinate', 'operation'])
    .execute();
  await schema
    .createIndex('usage_coordinates_operation')
    .on('usage_coordinates')
    .column('operation')
    .execute();
  await createErrorsTable(database);
}

async function addShapes({ schema }: Kysely<unknown>): Promise<void> {
  for (const measure of shapeColumns)
    await schema
      .alterTable('usage_operations')
      .addColumn(measure, 'bigint', (column) => column.notNull().defaultTo(0))
      .execute();
}

async function addCalls({ schema }: Kysely<unknown>): Promise<void> {
  // One column a statement: SQLite takes no more.
  for (const table of sumsTables)
    for (const measure of addedMeasures)
      await schema
        .alterTable(table)
        .addColumn(measure, 'double precision', (column) => column.notNull().defaultTo(0))
        .execute();
}

async function createSumsTable(
  { schema }: Kysely<unknown>,
  table: SumsTable,
  store: StoreKind,
): Promise<void> {
  let creating = schema
    .createTable(table)
    .addColumn('start_ms', 'bigint', (column) => column.notNull())
    .addColumn('kind', 'text', (column) => column.notNull())
    .addColumn('one', 'text', (column) => column.notNull())
    .addColumn('two', 'text', (column) => column.notNull())
    .addColumn('three', 'text', (column) => column.notNull())
    .addColumn('source', 'text', (column) => column.notNull());
  for (const measure of firstMeasures)
    creating = creating.addColumn(measure, 'double precision', (column) => column.notNull());
  creating = creating
    .addColumn('latency', 'text', (column) => column.notNull())
    .addPrimaryKeyConstraint(`${table}_key`, [...sumsKey]);
  // In the order of the key: most questions are about all of a kind in a span of time. A Postgres has them so by the order they come in.
  await (store === 'sqlite' ? creating.modifyEnd(sql`without rowid`) : creating).execute();
  // What belongs to a first name; and to a second one, a client's operations or a consumer's, with what they are sorted by mostly.
  await schema.createIndex(`${table}_one`).on(table).columns(['kind', 'one', 'start_ms']).execute();
  await schema
    .createIndex(`${table}_two`)
    .on(table)
    .columns(['kind', 'two', 'start_ms', 'one', 'calls'])
    .execute();
}

async function createErrorsTable({ schema }: Kysely<unknown>): Promise<void> {
  await schema
    .createTable('usage_errors')
    .addColumn('operation', 'text', (column) => column.notNull())
    .addColumn('at_ms', 'bigint', (column) => column.notNull())
    .addColumn('request_id', 'text', (column) => column.notNull())
    .addColumn('status', 'integer', (column) => column.notNull())
    .addColumn('codes', 'text', (column) => column.notNull())
    .addColumn('subgraphs', 'text', (column) => column.notNull())
    .addColumn('client', 'text', (column) => column.notNull())
    .addColumn('version', 'text', (column) => column.notNull())
    .addColumn('consumer', 'text', (column) => column.notNull())
    .addPrimaryKeyConstraint('usage_errors_key', ['operation', 'at_ms', 'request_id'])
    .execute();
}
