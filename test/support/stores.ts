import { randomBytes } from 'node:crypto';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, describe } from '@jest/globals';
import { Client } from 'pg';
import type { StoreKind } from '../../src/storage/storage.ts';

/** A kind of store that tests run on. */
export interface TestStore {
  readonly kind: StoreKind;
  /** Why there is none here; null when there is one. */
  readonly missing: string | null;
  /** An empty store of one's own: what `storage.url` says of it. SQLite is in the folder. */
  place(folder: string): Promise<string>;
  /** Everything in it, as text. */
  contents(url: string): Promise<string>;
  /** All that was stored is gone. */
  lose(url: string): Promise<void>;
}

interface PostgresOfRun {
  readonly url: string | null;
  readonly certificate: string | null;
  readonly missing: string | null;
}

async function postgresOfRun(): Promise<PostgresOfRun> {
  const { SLUICE_POSTGRES_OF_RUN: place, SLUICE_TEST_POSTGRES: wish } = process.env;
  const nobody = { url: null, certificate: null, missing: 'this is no run of jest.config.js' };
  const found = place ? ((await (await fetch(place)).json()) as PostgresOfRun) : nobody;
  if (found.missing !== null && wish === 'required')
    throw new Error(`Tests on Postgres must not be skipped here: ${found.missing}`);
  return found;
}

/** The Postgres of this test run; asked for by importing this file. */
export const postgres = await postgresOfRun();

export const sqliteStore: TestStore = {
  kind: 'sqlite',
  missing: null,
  place: async (folder) => `sqlite:${folder}`,
  async contents(url) {
    const ends = ['', '-wal'].map((end) => fileOf(url, end));
    return (await Promise.all(ends.map((file) => readFile(file, 'latin1').catch(() => '')))).join('');
  },
  async lose(url) {
    for (const end of ['', '-wal', '-shm']) await rm(fileOf(url, end), { force: true });
  },
};

function fileOf(url: string, end: string): string {
  return join(url.slice('sqlite:'.length), `sluice.db${end}`);
}

/** Each place is a role that may do nothing but use the schema of its name: Postgres looks for tables there by default. */
export const postgresStore: TestStore = {
  kind: 'postgres',
  missing: postgres.missing,
  async place() {
    const name = `sluice_test_${randomBytes(6).toString('hex')}`;
    await asAdministrator(
      `create role ${name} login password '${name}'; grant ${name} to current_user; create schema authorization ${name}`,
    );
    places.push(name);
    const url = new URL(postgres.url ?? '');
    url.username = name;
    url.password = name;
    return url.href;
  },
  async contents(url) {
    const schema = new URL(url).username;
    const rows = await asAdministrator(`select schema_to_xml('${schema}', true, false, '') as all_rows`);
    return String(rows[0]?.all_rows);
  },
  async lose(url) {
    const name = new URL(url).username;
    await asAdministrator(`drop schema ${name} cascade; create schema authorization ${name}`);
  },
};

const places: string[] = [];

/** In the database that places are in. */
export async function asAdministrator(statements: string): Promise<Record<string, unknown>[]> {
  if (postgres.url === null) throw new Error(`There is no Postgres: ${postgres.missing}`);
  const client = new Client({ connectionString: postgres.url });
  await client.connect();
  try {
    return (await client.query(statements)).rows;
  } finally {
    await client.end();
  }
}

/** Leaves a server that goes on after this run as it was. */
async function removePlaces(): Promise<void> {
  const removals = places
    .splice(0)
    .map((name) => `drop schema if exists ${name} cascade; drop owned by ${name} cascade; drop role ${name}`);
  if (removals.length > 0 && process.env.DATABASE_URL) await asAdministrator(removals.join('; '));
}

/** The same tests on each store; on one that cannot be had they are skipped. */
export function onEachStore(define: (store: TestStore) => void): void {
  for (const store of [sqliteStore, postgresStore]) onStore(store, define);
}

export function onPostgres(define: (store: TestStore) => void): void {
  onStore(postgresStore, define);
}

function onStore(store: TestStore, define: (store: TestStore) => void): void {
  const describeHere = store.missing === null ? describe : describe.skip;
  describeHere(`on ${store.kind}`, () => {
    if (store.kind === 'postgres') afterAll(removePlaces);
    define(store);
  });
}
