import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { type ConnectionOptions, checkServerIdentity } from 'node:tls';
import { type ClientBase, Pool, types } from 'pg';
import { SluiceError } from '../base/errors.ts';
import type { Log } from '../model/log.ts';
import { PostgresClient } from './postgresClient.ts';
import type { PostgresTarget } from './postgresUrl.ts';

export interface PoolBounds {
  readonly maxConnections: number;
  /** Milliseconds, as all of these; 0 for no bound. */
  readonly connectTimeout: number;
  readonly queryTimeout: number;
  readonly lockTimeout: number;
  readonly idle: number;
}

export interface PostgresPoolParts {
  /** What a relative path of a certificate starts from. */
  readonly folder: string;
  readonly log: Pick<Log, 'debug'>;
}

/** Connections to a Postgres, opened when they are asked for. Nothing but the target decides where to: no PGHOST, no ~/.pgpass. */
export async function createPostgresPool(
  target: PostgresTarget,
  bounds: PoolBounds,
  { folder, log }: PostgresPoolParts,
): Promise<Pool> {
  const { host, port, user, password, database } = target;
  const { maxConnections, connectTimeout, idle } = bounds;
  const pool = new Pool({
    Client: PostgresClient,
    host,
    port,
    user,
    database,
    // Without a password, pg would look for one in files and the environment; an empty one is refused by whoever wants one.
    password: password ?? (() => ''),
    ssl: await encryption(target, folder),
    application_name: 'sluice',
    max: maxConnections,
    connectionTimeoutMillis: connectTimeout,
    idleTimeoutMillis: idle,
    keepAlive: true,
    types: { getTypeParser: typeParser },
    // Not as parameters of the connection: poolers in between refuse those.
    onConnect: (client) => settle(client, bounds),
  });
  // Without listeners the process would end. A query under way is told by its own rejection; the next one gets a new connection.
  pool.on('error', (err) => log.debug({ err }, 'A connection to the store has ended'));
  pool.on('connect', (client) => client.on('error', () => undefined));
  return pool;
}

async function settle(client: ClientBase, bounds: PoolBounds): Promise<void> {
  const { connectTimeout, queryTimeout, lockTimeout } = bounds;
  const query = {
    text: `set statement_timeout = ${queryTimeout}; set idle_in_transaction_session_timeout = ${queryTimeout}; set lock_timeout = ${lockTimeout}`,
    query_timeout: connectTimeout,
  };
  await client.query(query);
}

/** As libpq has it: `require` alone encrypts and asks no certificate, and with certificates given it is `verify-ca`. */
async function encryption(
  { host, sslMode, rootCertificate }: PostgresTarget,
  folder: string,
): Promise<ConnectionOptions | false> {
  if (sslMode === null || sslMode === 'disable') return false;
  const ca = rootCertificate === null ? null : await readCertificates(resolve(folder, rootCertificate));
  if (sslMode === 'require' && ca === null) return { rejectUnauthorized: false };
  const trusted = ca === null ? {} : { ca };
  // Named, since for an address pg gives no name and Node would take it for localhost.
  if (sslMode === 'verify-full')
    return {
      ...trusted,
      checkServerIdentity: (_name, certificate) => checkServerIdentity(host, certificate),
    };
  return { ...trusted, checkServerIdentity: () => undefined };
}

async function readCertificates(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    throw new SluiceError('STORE_UNAVAILABLE', 'The certificates for the store cannot be read', {
      cause,
      detail: { path },
    });
  }
}

/**
 * Numbers as SQLite gives them. Postgres has bigint for what SQLite has one integer for, and makes numeric of their sum; pg gives texts
 * for both, lest something is lost: here that is refused where it would be.
 */
function typeParser(oid: number, format?: 'text' | 'binary') {
  if (format === 'binary') return types.getTypeParser(oid, 'binary');
  if (oid === types.builtins.INT8) return wholeNumber;
  if (oid === types.builtins.NUMERIC) return Number;
  return types.getTypeParser(oid, 'text');
}

function wholeNumber(text: string): number {
  const number = Number(text);
  if (!Number.isSafeInteger(number)) throw new RangeError('A number of the store is too large to be exact');
  return number;
}
