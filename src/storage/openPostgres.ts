import { isIPv4 } from 'node:net';
import { Kysely, sql, type Transaction } from 'kysely';
import { SluiceError } from '../base/errors.ts';
import { sha256 } from '../base/sha256.ts';
import { migrate } from './migrate.ts';
import { createPostgresDialect } from './postgresDialect.ts';
import type { PostgresOptions } from './postgresOptions.ts';
import { createPostgresPool, type PoolBounds } from './postgresPool.ts';
import type { PostgresTarget } from './postgresUrl.ts';
import type { Store, StoreParts } from './store.ts';

export interface PostgresParts extends StoreParts {
  /** What a relative path of a certificate starts from. */
  readonly folder: string;
}

/**
 * The store in a database of Postgres, for any number of gateways. The first query that reaches it brings its tables up to date; after
 * that a server may restart or fail over: the query that meets it is refused, the next one connects anew.
 */
export function openPostgres(target: PostgresTarget, options: PostgresOptions, parts: PostgresParts): Store {
  const { log } = parts;
  warnOfPlainText(target, log);
  const open = async () => {
    await migrateDatabase(target, { ...parts, bounds: { ...options, maxConnections: 1, queryTimeout: 0 } });
    return await createPostgresPool(target, options, parts);
  };
  const { queryTimeout } = options;
  const database = new Kysely<unknown>({ dialect: createPostgresDialect({ open, queryTimeout }) });
  return {
    kind: 'postgres',
    database,
    change: (part, work) => oneByOne(database, part, work),
    recovery: () => null,
    close: () => database.destroy(),
  };
}

interface MigrationParts extends PostgresParts {
  readonly bounds: PoolBounds;
}

/** On a connection of its own, whose statements may take as long as they need. */
async function migrateDatabase(target: PostgresTarget, { bounds, ...parts }: MigrationParts): Promise<void> {
  const open = () => createPostgresPool(target, bounds, parts);
  const { queryTimeout } = bounds;
  const database = new Kysely<unknown>({ dialect: createPostgresDialect({ open, queryTimeout }) });
  try {
    await refuseOtherEncodings(database);
    await migrate(
      {
        kind: 'postgres',
        database,
        change: (part, work) => oneByOne(database, part, work),
        hasTable: (name) => hasTable(database, name),
      },
      parts.migrations,
    );
  } finally {
    await database.destroy();
  }
}

/** Names and texts may hold any character. */
async function refuseOtherEncodings(database: Kysely<unknown>): Promise<void> {
  const { rows } = await sql<{ server_encoding: string }>`show server_encoding`.execute(database);
  const encoding = rows[0]?.server_encoding;
  if (encoding === 'UTF8') return;
  throw new SluiceError('STORE_UNAVAILABLE', "The store's database must have the encoding UTF8", {
    detail: { encoding },
  });
}

async function hasTable(database: Kysely<unknown>, name: string): Promise<boolean> {
  const { rows } = await sql<{ found: boolean }>`select to_regclass(${name}) is not null as found`.execute(
    database,
  );
  return rows[0]?.found === true;
}

/** Tells our locks from those that others take in the same database. */
const lockSpace = 0x51c1ce;

/**
 * A transaction that has its part for itself, in all gateways: one that reads what another is about to write waits until it is written.
 * The lock ends with the transaction, also when the gateway, its connection or a pooler in between ends.
 */
async function oneByOne<Result>(
  database: Kysely<unknown>,
  part: string,
  work: (transaction: Transaction<unknown>) => Promise<Result>,
): Promise<Result> {
  const lock = Number.parseInt(sha256(part).slice(0, 7), 16);
  return await database.transaction().execute(async (transaction) => {
    await sql`select pg_advisory_xact_lock(${lockSpace}::int, ${lock}::int)`.execute(transaction);
    return await work(transaction);
  });
}

function warnOfPlainText({ host, sslMode }: PostgresTarget, log: StoreParts['log']): void {
  const isHere = host.startsWith('/') || host === 'localhost' || host === '::1';
  if (sslMode !== null || isHere || (isIPv4(host) && host.startsWith('127.'))) return;
  log.warn(
    { host },
    'The store is reached without encryption: add sslmode=verify-full to storage.url, or sslmode=disable where nobody listens',
  );
}
