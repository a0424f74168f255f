import type { DatabaseSync, SQLInputValue } from 'node:sqlite';
import {
  CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  type QueryResult,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from 'kysely';
import type { Clock } from '../base/clock.ts';
import { isBusy, sqliteFault } from './sqliteFault.ts';

/** How long a statement waits for another process's lock before the store counts as unavailable. */
const busyTimeoutMs = 2000;
const busyPauseMs = 10;

export interface SqliteDialectParts {
  /** Opens the file; asked again by the next query when it throws. */
  readonly open: () => Promise<DatabaseSync>;
  readonly clock: Clock;
  readonly takesTurns?: boolean;
}

/**
 * node:sqlite for kysely, on one connection. Kysely's own driver would do but for three things: a transaction has to take the write
 * lock at once, since a reader that turns writer fails when somebody wrote in between; waiting for a lock must not block the event
 * loop, as SQLite's own busy timeout would; and a failed transaction that SQLite already rolled back must not be rolled back twice.
 */
export function createSqliteDialect(parts: SqliteDialectParts): Dialect {
  return {
    createAdapter: () => new SqliteAdapter(),
    createDriver: () => createSqliteDriver(parts),
    createIntrospector: (database) => new SqliteIntrospector(database),
    createQueryCompiler: () => new SqliteQueryCompiler(),
  };
}

function createSqliteDriver({ open, ...parts }: SqliteDialectParts): Driver {
  let opened: { database: DatabaseSync; connection: DatabaseConnection } | null = null;
  const using = () => {
    if (!opened) throw new Error('The store was used before it was opened');
    return opened;
  };
  const run = async (statement: string): Promise<void> => {
    await using().connection.executeQuery(CompiledQuery.raw(statement));
  };
  return {
    // Kysely asks again after an init that failed; a failing acquireConnection would keep its lock for ever.
    async init() {
      const database = await open();
      opened = { database, connection: createConnection(database, parts) };
    },
    acquireConnection: async () => using().connection,
    releaseConnection: async () => undefined,
    beginTransaction: () => run('begin immediate'),
    commitTransaction: () => run('commit'),
    async rollbackTransaction() {
      if (using().database.isTransaction) await run('rollback');
    },
    async destroy() {
      opened?.database.close();
    },
  };
}

function createConnection(
  database: DatabaseSync,
  { clock, takesTurns = false }: Omit<SqliteDialectParts, 'open'>,
): DatabaseConnection {
  return {
    async executeQuery<Row>(query: CompiledQuery) {
      if (takesTurns) await new Promise((resolve) => setImmediate(resolve));
      return await withoutBlocking(clock, () => execute<Row>(database, query));
    },
    async *streamQuery<Row>(query: CompiledQuery) {
      const rows = database.prepare(query.sql).iterate(...valuesOf(query));
      for (const row of rows) yield { rows: [row as Row] };
    },
  };
}

function execute<Row>(database: DatabaseSync, query: CompiledQuery): QueryResult<Row> {
  const statement = database.prepare(query.sql);
  if (statement.columns().length > 0) return { rows: statement.all(...valuesOf(query)) as Row[] };
  const { changes, lastInsertRowid } = statement.run(...valuesOf(query));
  return { rows: [], numAffectedRows: BigInt(changes), insertId: BigInt(lastInsertRowid) };
}

function valuesOf(query: CompiledQuery): SQLInputValue[] {
  return [...query.parameters] as SQLInputValue[];
}

/** Tries again while another process holds the lock, and lets the event loop run in between. */
export async function withoutBlocking<Result>(clock: Clock, attempt: () => Result): Promise<Result> {
  const startedAtMs = clock.monotonicMs();
  for (;;) {
    try {
      return attempt();
    } catch (thrown) {
      if (!isBusy(thrown) || clock.monotonicMs() - startedAtMs >= busyTimeoutMs) throw sqliteFault(thrown);
    }
    await new Promise<void>((resolve) => clock.after(busyPauseMs, resolve));
  }
}
