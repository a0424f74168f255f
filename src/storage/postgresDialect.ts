import {
  type ColumnDefinitionNode,
  CompiledQuery,
  type DatabaseConnection,
  DataTypeNode,
  type Dialect,
  type Driver,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  type QueryResult,
  RawNode,
} from 'kysely';
import type { Pool, PoolClient } from 'pg';
import Cursor from 'pg-cursor';
import { connectFault, hasEnded, postgresFault } from './postgresFault.ts';

export interface PostgresDialectParts {
  /** Asked again by the next query when it throws. */
  readonly open: () => Promise<Pool>;
  /** How long the server lets a statement take, in milliseconds; 0 for ever. */
  readonly queryTimeout: number;
}

/**
 * Postgres for kysely, on a pool. Kysely's own driver would do but for three things: faults of the store are told as such; the pool is
 * opened by the first query, and again by the next one when that failed; and a connection that has ended, or hangs, is not given back.
 */
export function createPostgresDialect(parts: PostgresDialectParts): Dialect {
  return {
    createAdapter: () => new PostgresAdapter(),
    createDriver: () => createPostgresDriver(parts),
    createIntrospector: (database) => new PostgresIntrospector(database),
    createQueryCompiler: () => new BytewiseCompiler(),
  };
}

/** How much longer than the server we wait for its word that a statement took too long: a server that has gone says nothing. */
const graceMs = 1000;

/** A connection taken from the pool. */
interface Lease {
  /** How long to wait for the answer to a statement, in milliseconds; 0 for ever. */
  readonly answerTimeoutMs: number;
  readonly client: PoolClient;
  hasEnded: boolean;
}

function createPostgresDriver({ open, queryTimeout }: PostgresDialectParts): Driver {
  const answerTimeoutMs = queryTimeout === 0 ? 0 : queryTimeout + graceMs;
  const leases = new WeakMap<DatabaseConnection, Lease>();
  let pool: Pool | null = null;
  const leaseOf = (connection: DatabaseConnection): Lease => {
    const lease = leases.get(connection);
    if (!lease) throw new Error('This connection is none of the store');
    return lease;
  };
  return {
    async init() {
      pool = await open();
    },
    async acquireConnection() {
      if (!pool) throw new Error('The store was used before it was opened');
      const lease = { client: await connect(pool), answerTimeoutMs, hasEnded: false };
      const connection = createConnection(lease);
      leases.set(connection, lease);
      return connection;
    },
    async releaseConnection(connection) {
      const lease = leaseOf(connection);
      lease.client.release(lease.hasEnded);
    },
    async beginTransaction(connection) {
      await connection.executeQuery(CompiledQuery.raw('begin'));
    },
    async commitTransaction(connection) {
      const { command } = await ask(leaseOf(connection), CompiledQuery.raw('commit'));
      if (command === 'ROLLBACK')
        throw new Error('A transaction was committed in which a statement had failed');
    },
    async rollbackTransaction(connection) {
      const lease = leaseOf(connection);
      if (lease.hasEnded) return;
      try {
        await ask(lease, CompiledQuery.raw('rollback'));
      } catch {
        lease.hasEnded = true; // Nothing is lost: the server rolls back what nobody commits, and the first failure is the one to tell.
      }
    },
    async destroy() {
      await pool?.end();
    },
  };
}

async function connect(pool: Pool): Promise<PoolClient> {
  try {
    return await pool.connect();
  } catch (thrown) {
    throw connectFault(thrown);
  }
}

function createConnection(lease: Lease): DatabaseConnection {
  return {
    async executeQuery<Row>(query: CompiledQuery): Promise<QueryResult<Row>> {
      const { command, rowCount, rows } = await ask<Row>(lease, query);
      const isWrite = command === 'INSERT' || command === 'UPDATE' || command === 'DELETE';
      return isWrite ? { rows, numAffectedRows: BigInt(rowCount ?? 0) } : { rows };
    },
    async *streamQuery<Row>({ sql, parameters }: CompiledQuery, chunkSize: number) {
      const cursor = lease.client.query(new Cursor<Row>(sql, [...parameters]));
      try {
        for (;;) {
          const rows = await read(lease, cursor, chunkSize);
          if (rows.length === 0) return;
          yield { rows };
        }
      } finally {
        if (!lease.hasEnded) await cursor.close();
      }
    },
  };
}

async function ask<Row>(lease: Lease, { sql, parameters }: CompiledQuery) {
  // Here, not for all of a client's queries: pg would never call off the timer of a cursor.
  const query = { text: sql, values: [...parameters], query_timeout: lease.answerTimeoutMs };
  try {
    return await lease.client.query<Row & object>(query);
  } catch (thrown) {
    throw faultOn(lease, thrown);
  }
}

async function read<Row>(lease: Lease, cursor: Cursor<Row>, chunkSize: number): Promise<Row[]> {
  try {
    return await cursor.read(chunkSize);
  } catch (thrown) {
    throw faultOn(lease, thrown);
  }
}

function faultOn(lease: Lease, thrown: unknown): unknown {
  lease.hasEnded ||= hasEnded(thrown);
  return postgresFault(thrown);
}

/** Text is ordered by its bytes, as in SQLite: the order of names must not depend on the language a database was made for. */
class BytewiseCompiler extends PostgresQueryCompiler {
  protected override visitColumnDefinition(node: ColumnDefinitionNode): void {
    const isText = DataTypeNode.is(node.dataType) && node.dataType.dataType === 'text';
    super.visitColumnDefinition(isText ? { ...node, dataType: bytewiseText } : node);
  }
}

const bytewiseText = RawNode.createWithSql('text collate "C"');
