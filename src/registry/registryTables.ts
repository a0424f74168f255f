import type { Kysely } from 'kysely';
import type { HistoryEntry } from '../model/registry.ts';
import type { Migrations } from '../storage/storage.ts';

/** The tables of the registry. Rows are never changed, but for `registry_file_sources` and `registry_instances`. */
export type RegistryTables = {
  /** Every SDL, of subgraphs and supergraphs, under the SHA-256 of itself. */
  registry_texts: { hash: string; text: string };
  registry_subgraphs: {
    name: string;
    version: number;
    url: string;
    hash: string;
    author: string;
    source: string;
    published_at_ms: number;
  };
  /** One row a supergraph version; that its number is the primary key makes two writers of one number impossible. */
  registry_versions: {
    version: number;
    parent: number | null;
    hash: string;
    kind: HistoryEntry['kind'];
    /** The names of the subgraphs that changed, as a JSON list. */
    changed: string;
    rolled_back_to: number | null;
    author: string;
    at_ms: number;
    /** What composition remarked on, as JSON; null where nobody wrote that down. */
    hints: string | null;
  };
  /** The subgraph versions a supergraph version consists of. */
  registry_members: { version: number; name: string; subgraph_version: number };
  registry_idempotency: {
    key: string;
    input_hash: string;
    version: number;
    /** The CheckReport of the first answer, as JSON. */
    report: string;
    at_ms: number;
  };
  /** What was last published from the file of a listed subgraph. */
  registry_file_sources: { name: string; hash: string };
  /** Running copies of subgraphs, each until its lease ends. */
  registry_instances: {
    subgraph: string;
    url: string;
    weight: number;
    zone: string | null;
    author: string;
    ttl_ms: number;
    registered_at_ms: number;
    expires_at_ms: number;
  };
};

export const registryMigrations: Migrations = {
  part: 'registry',
  steps: [createTables, createInstances, addHints],
};

async function createInstances(database: Kysely<unknown>): Promise<void> {
  await database.schema
    .createTable('registry_instances')
    .addColumn('subgraph', 'text', (column) => column.notNull())
    .addColumn('url', 'text', (column) => column.notNull())
    .addColumn('weight', 'double precision', (column) => column.notNull())
    .addColumn('zone', 'text')
    .addColumn('author', 'text', (column) => column.notNull())
    .addColumn('ttl_ms', 'bigint', (column) => column.notNull())
    .addColumn('registered_at_ms', 'bigint', (column) => column.notNull())
    .addColumn('expires_at_ms', 'bigint', (column) => column.notNull())
    .addPrimaryKeyConstraint('registry_instances_key', ['subgraph', 'url'])
    .execute();
}

async function addHints({ schema }: Kysely<unknown>): Promise<void> {
  await schema.alterTable('registry_versions').addColumn('hints', 'text').execute();
}

async function createTables(database: Kysely<unknown>): Promise<void> {
  const { schema } = database;
  await schema
    .createTable('registry_texts')
    .addColumn('hash', 'text', (column) => column.primaryKey())
    .addColumn('text', 'text', (column) => column.notNull())
    .execute();
  await schema
    .createTable('registry_subgraphs')
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('version', 'integer', (column) => column.notNull())
    .addColumn('url', 'text', (column) => column.notNull())
    .addColumn('hash', 'text', (column) => column.notNull().references('registry_texts.hash'))
    .addColumn('author', 'text', (column) => column.notNull())
    .addColumn('source', 'text', (column) => column.notNull())
    .addColumn('published_at_ms', 'bigint', (column) => column.notNull())
    .addPrimaryKeyConstraint('registry_subgraphs_key', ['name', 'version'])
    .execute();
  await schema
    .createTable('registry_versions')
    .addColumn('version', 'integer', (column) => column.primaryKey())
    .addColumn('parent', 'integer', (column) => column.references('registry_versions.version'))
    .addColumn('hash', 'text', (column) => column.notNull().references('registry_texts.hash'))
    .addColumn('kind', 'text', (column) => column.notNull())
    .addColumn('changed', 'text', (column) => column.notNull())
    .addColumn('rolled_back_to', 'integer')
    .addColumn('author', 'text', (column) => column.notNull())
    .addColumn('at_ms', 'bigint', (column) => column.notNull())
    .execute();
  await schema
    .createTable('registry_members')
    .addColumn('version', 'integer', (column) => column.notNull().references('registry_versions.version'))
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('subgraph_version', 'integer', (column) => column.notNull())
    .addPrimaryKeyConstraint('registry_members_key', ['version', 'name'])
    .addForeignKeyConstraint(
      'registry_members_subgraph',
      ['name', 'subgraph_version'],
      'registry_subgraphs',
      ['name', 'version'],
    )
    .execute();
  await schema
    .createTable('registry_idempotency')
    .addColumn('key', 'text', (column) => column.primaryKey())
    .addColumn('input_hash', 'text', (column) => column.notNull())
    .addColumn('version', 'integer', (column) => column.notNull())
    .addColumn('report', 'text', (column) => column.notNull())
    .addColumn('at_ms', 'bigint', (column) => column.notNull())
    .execute();
  await schema
    .createTable('registry_file_sources')
    .addColumn('name', 'text', (column) => column.primaryKey())
    .addColumn('hash', 'text', (column) => column.notNull())
    .execute();
}
