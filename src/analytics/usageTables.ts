import { type Kysely, sql } from 'kysely';
import type { Migrations, StoreKind } from '../storage/storage.ts';
import type { Kind } from './kinds.ts';
import { type Measure, measures } from './measures.ts';

/** `costEstimated` is the column `cost_estimated`. */
type Column<Name extends string> = Name extends `${infer Head}${infer Tail}`
  ? `${Head extends Lowercase<Head> ? Head : `_${Lowercase<Head>}`}${Column<Tail>}`
  : Name;

export type MeasureColumn = Column<Measure>;

/** The columns of the measures, in their order. */
export const measureColumns = measures.map((measure) =>
  measure.replace(/[A-Z]/g, (capital) => `_${capital.toLowerCase()}`),
) as readonly MeasureColumn[];

/** Sums of one kind and key in one span of time; `source` tells processes and minutes apart, and is empty where they have been added up. */
export type UsageSums = {
  start_ms: number;
  kind: Kind;
  one: string;
  two: string;
  three: string;
  source: string;
  latency: string;
} & Record<MeasureColumn, number>;

/** The columns of `shapeMeasures`, in their order. */
export const shapeColumns = ['depth', 'tokens', 'aliases', 'root_fields', 'directives'] as const;

export type UsageTables = {
  usage_minutes: UsageSums;
  usage_hours: UsageSums;
  usage_days: UsageSums;
  /** Hours and days that have to be added up anew; `writes` counts up with each that came. */
  usage_stale: { level: 'hour' | 'day'; start_ms: number; writes: number };
  /** From when on sums are kept: older ones have been deleted. */
  usage_kept: { level: Resolution; from_ms: number };
  usage_operations: {
    id: string;
    name: string | null;
    kind: string;
    text: string;
    first_seen_ms: number;
    last_seen_ms: number;
    /** The most of what its documents came to; 0 where it was not measured. */
    depth: number;
    tokens: number;
    aliases: number;
    root_fields: number;
    directives: number;
  };
  usage_coordinates: {
    coordinate: string;
    operation: string;
    first_seen_ms: number;
    last_seen_ms: number;
  };
  usage_errors: {
    operation: string;
    at_ms: number;
    request_id: string;
    status: number;
    /** JSON lists. */
    codes: string;
    subgraphs: string;
    client: string;
    version: string;
    consumer: string;
  };
};

/** How finely time is told apart. */
export type Resolution = 'minute' | 'hour' | 'day';

export type SumsTable = 'usage_minutes' | 'usage_hours' | 'usage_days';

export const sumsTables: readonly SumsTable[] = ['usage_minutes', 'usage_hours', 'usage_days'];

export const tableOf = { minute: 'usage_minutes', hour: 'usage_hours', day: 'usage_days' } as const;

/** What a row of sums is found by. */
export const sumsKey = ['kind', 'start_ms', 'one', 'two', 'three', 'source'] as const;

export const usageMigrations: Migrations = { part: 'analytics', steps: [createTables, addMeasures] };

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

async function addMeasures({ schema }: Kysely<unknown>): Promise<void> {
  for (const measure of shapeColumns)
    await schema
      .alterTable('usage_operations')
      .addColumn(measure, 'bigint', (column) => column.notNull().defaultTo(0))
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
  for (const measure of measureColumns)
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
