import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type Kysely, sql } from 'kysely';
import { systemClock } from '../../src/base/clock.ts';
import type { Log } from '../../src/model/log.ts';
import { type Migrations, openStorage, type Storage, storageOptions } from '../../src/storage/storage.ts';

type NoteTables = { notes: { id: number; text: string } };

const notes: Migrations = {
  part: 'notes',
  steps: [
    async (database) => {
      await database.schema
        .createTable('notes')
        .addColumn('id', 'integer', (column) => column.primaryKey())
        .addColumn('text', 'text', (column) => column.notNull())
        .execute();
    },
  ],
};
const secondStep = async (database: Kysely<unknown>): Promise<void> => {
  await database.schema.alterTable('notes').addColumn('at_ms', 'bigint').execute();
};
const failingStep = async (): Promise<void> => {
  throw new Error('a faulty step');
};

const quiet = (): void => undefined;
const log: Log = { debug: quiet, info: quiet, warn: quiet, error: quiet };

let dir: string;
const opened: Storage[] = [];
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'sluice-storage-'));
});
afterEach(async () => {
  for (const storage of opened.splice(0)) await storage.close();
  await rm(dir, { recursive: true, force: true });
});

function openAt(folder: string, migrations: readonly Migrations[] = [notes]) {
  const storage = openStorage(storageOptions.parse({ url: `sqlite:${folder}` }), {
    clock: systemClock,
    log,
    migrations,
  });
  opened.push(storage);
  return { storage, database: storage.database.withTables<NoteTables>() };
}

const texts = async (database: Kysely<NoteTables>): Promise<readonly string[]> =>
  (await database.selectFrom('notes').select('text').orderBy('id').execute()).map(({ text }) => text);

describe('storage options', () => {
  test('are SQLite in .sluice unless said otherwise', () => {
    expect(storageOptions.parse({})).toEqual({ url: 'sqlite:.sluice', dir: '.sluice' });
  });

  test.each(['postgres://127.0.0.1/sluice', 'sqlite:', 'sqlite://x', '.sluice', 'mysql:x'])(
    '%s is refused',
    (url) => {
      const { error } = storageOptions.safeParse({ url });
      expect(error?.issues[0]?.message).toBe(
        'expected sqlite:FOLDER, such as sqlite:.sluice; no other store is supported yet',
      );
    },
  );
});

describe('storage', () => {
  test('makes its folder, keeps what is written, and syncs every commit to a write-ahead log', async () => {
    const folder = join(dir, 'new', 'folder');
    const { storage, database } = openAt(folder);
    const { insertId, numInsertedOrUpdatedRows } = await database
      .insertInto('notes')
      .values({ id: 7, text: 'kept' })
      .executeTakeFirstOrThrow();
    expect({ insertId, numInsertedOrUpdatedRows }).toEqual({ insertId: 7n, numInsertedOrUpdatedRows: 1n });
    const { rows } =
      await sql`SELECT * FROM pragma_journal_mode, pragma_synchronous, pragma_foreign_keys`.execute(database);
    expect(rows).toEqual([{ journal_mode: 'wal', synchronous: 2, foreign_keys: 1 }]);
    await storage.close();
    expect(await texts(openAt(folder).database)).toEqual(['kept']);
    expect((await readdir(folder)).sort()).toEqual(['sluice.db', 'sluice.db-shm', 'sluice.db-wal']);
  });

  test('closes twice as well as once, and before anything was asked', async () => {
    const { storage } = openAt(dir);
    await storage.close();
    await storage.close();
    const used = openAt(dir);
    await texts(used.database);
    await used.storage.close();
    await used.storage.close();
  });

  test('streams rows', async () => {
    const { database } = openAt(dir);
    await database
      .insertInto('notes')
      .values([
        { id: 1, text: 'a' },
        { id: 2, text: 'b' },
      ])
      .execute();
    const seen: string[] = [];
    for await (const { text } of database.selectFrom('notes').selectAll().stream()) seen.push(text);
    expect(seen).toEqual(['a', 'b']);
  });

  test('makes a transaction whole or not at all, and leaves a faulty statement its own error', async () => {
    const { database } = openAt(dir);
    await expect(
      database.transaction().execute(async (transaction) => {
        await transaction.insertInto('notes').values({ id: 1, text: 'a' }).execute();
        await transaction.insertInto('notes').values({ id: 1, text: 'b' }).execute();
      }),
    ).rejects.toMatchObject({ code: 'ERR_SQLITE_ERROR', message: expect.stringContaining('UNIQUE') });
    expect(await texts(database)).toEqual([]);
  });

  test('lets transactions of two processes take turns, though both read before they write', async () => {
    const both = [openAt(dir), openAt(dir)];
    await Promise.all(
      Array.from({ length: 40 }, (_, index) =>
        both[index % 2]?.database.transaction().execute(async (transaction) => {
          const newest = await transaction
            .selectFrom('notes')
            .select(({ fn }) => fn.max('id').as('id'))
            .executeTakeFirst();
          const id = (newest?.id ?? 0) + 1;
          await transaction
            .insertInto('notes')
            .values({ id, text: `${index}` })
            .execute();
        }),
      ),
    );
    expect(await texts(openAt(dir).database)).toHaveLength(40);
  });
});

describe('migrations', () => {
  test('run once, in order, also when a part gets more of them', async () => {
    const first = openAt(dir);
    await first.database.insertInto('notes').values({ id: 1, text: 'old' }).execute();
    await first.storage.close();
    const later = openAt(dir, [
      { part: 'notes', steps: [...notes.steps, secondStep] },
      { part: 'empty', steps: [] },
    ]);
    const { rows } = await sql`SELECT * FROM notes`.execute(later.database);
    expect(rows).toEqual([{ id: 1, text: 'old', at_ms: null }]);
  });

  test('of two processes that start at once run once', async () => {
    const both = [openAt(dir), openAt(dir), openAt(dir)];
    expect(await Promise.all(both.map(({ database }) => texts(database)))).toEqual([[], [], []]);
  });

  test('run all or none, and again at the next query', async () => {
    let isFaulty = true;
    const fickle = async (database: Kysely<unknown>) => {
      if (isFaulty) await failingStep();
      await secondStep(database);
    };
    const { database } = openAt(dir, [notes, { part: 'more', steps: [fickle] }]);
    await expect(texts(database)).rejects.toThrow('a faulty step');
    const file = new DatabaseSync(join(dir, 'sluice.db'));
    expect(file.prepare('SELECT name FROM sqlite_master').all()).toEqual([]);
    file.close();
    isFaulty = false;
    expect(await texts(database)).toEqual([]);
  });

  test('of a newer program make this one refuse', async () => {
    const newer = openAt(dir, [{ part: 'notes', steps: [...notes.steps, secondStep] }]);
    await texts(newer.database);
    await newer.storage.close();
    await expect(texts(openAt(dir).database)).rejects.toMatchObject({
      code: 'STORE_UNAVAILABLE',
      message: 'The store was written by a newer Sluice; update this one',
      detail: { part: 'notes', stepsInStore: 2, stepsKnown: 1 },
    });
  });
});

describe('a store that another process holds', () => {
  test('is waited for without blocking, and used when it is free', async () => {
    const { database } = openAt(dir);
    await texts(database);
    const other = new DatabaseSync(join(dir, 'sluice.db'));
    other.exec('BEGIN IMMEDIATE');
    const writing = database.insertInto('notes').values({ id: 1, text: 'late' }).execute();
    setTimeout(() => other.exec('COMMIT'), 100);
    await writing;
    other.close();
    expect(await texts(database)).toEqual(['late']);
  });

  test('for longer than two seconds is unavailable', async () => {
    const { database } = openAt(dir);
    await texts(database);
    const other = new DatabaseSync(join(dir, 'sluice.db'));
    other.exec('BEGIN IMMEDIATE');
    const startedAtMs = performance.now();
    await expect(database.insertInto('notes').values({ id: 1, text: 'x' }).execute()).rejects.toMatchObject({
      code: 'STORE_UNAVAILABLE',
      message: 'The store is locked by another process',
    });
    expect(performance.now() - startedAtMs).toBeGreaterThanOrEqual(2000);
    other.close();
  });
});
