import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type Kysely, sql } from 'kysely';
import { systemClock } from '../../src/base/clock.ts';
import {
  type Migrations,
  openStorage,
  type Storage,
  type StoreKind,
  storageOptions,
  tablesOf,
} from '../../src/storage/storage.ts';
import { silentLog as log } from '../support/silentLog.ts';
import { onEachStore } from '../support/stores.ts';

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

let dir: string;
const opened: Storage[] = [];
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'sluice-storage-'));
});
afterEach(async () => {
  for (const storage of opened.splice(0)) await storage.close();
  await rm(dir, { recursive: true, force: true });
});

function openAt(url: string, migrations: readonly Migrations[] = [notes]) {
  const storage = openStorage(storageOptions.parse({ url }), { clock: systemClock, log, migrations });
  opened.push(storage);
  return { storage, ...tablesOf<NoteTables>(storage, notes) };
}

const texts = async (database: Kysely<NoteTables>): Promise<readonly string[]> =>
  (await database.selectFrom('notes').select('text').orderBy('id').execute()).map(({ text }) => text);

describe('storage options', () => {
  test('are SQLite in .sluice unless said otherwise', () => {
    expect(storageOptions.parse({})).toMatchObject({ url: 'sqlite:.sluice', dir: '.sluice' });
  });

  test.each(['sqlite:', 'sqlite://x', '.sluice', 'mysql:x', 'postgres:x', 'POSTGRES://a:b@c/d'])(
    '%s is refused',
    (url) => {
      const { error } = storageOptions.safeParse({ url });
      expect(error?.issues[0]?.message).toBe(
        'expected sqlite:FOLDER, such as sqlite:.sluice, or postgres://USER:PASSWORD@HOST:PORT/DATABASE',
      );
    },
  );
});

onEachStore((store) => {
  let url: string;
  beforeEach(async () => {
    url = await store.place(dir);
  });

  describe('storage', () => {
    test('keeps what is written, also for the next process', async () => {
      const { storage, database } = openAt(url);
      const { numInsertedOrUpdatedRows } = await database
        .insertInto('notes')
        .values({ id: 7, text: 'kept' })
        .executeTakeFirstOrThrow();
      expect(numInsertedOrUpdatedRows).toBe(1n);
      expect(storage).toMatchObject({ kind: store.kind });
      expect(storage.recovery()).toBeNull();
      await storage.close();
      expect(await texts(openAt(url).database)).toEqual(['kept']);
    });

    test('closes twice as well as once, and before anything was asked', async () => {
      const { storage } = openAt(url);
      await storage.close();
      await storage.close();
      const used = openAt(url);
      await texts(used.database);
      await used.storage.close();
      await used.storage.close();
    });

    test('streams rows', async () => {
      const { database } = openAt(url);
      const rows = Array.from({ length: 250 }, (_, index) => ({ id: index, text: `${index}` }));
      await database.insertInto('notes').values(rows).execute();
      const seen: string[] = [];
      const query = database.selectFrom('notes').selectAll().orderBy('id');
      for await (const { text } of query.stream(100)) seen.push(text);
      expect(seen).toEqual(rows.map(({ text }) => text));
      for await (const { text } of query.stream(100)) if (text === '3') break;
      expect(await texts(database)).toHaveLength(250);
    });

    test('makes a transaction whole or not at all, and leaves a faulty statement its own error', async () => {
      const { database, change } = openAt(url);
      for (const inTransaction of [change, database.transaction().execute.bind(database.transaction())]) {
        await expect(
          inTransaction(async (transaction) => {
            await transaction.insertInto('notes').values({ id: 1, text: 'a' }).execute();
            await transaction.insertInto('notes').values({ id: 1, text: 'b' }).execute();
          }),
        ).rejects.toMatchObject({
          name: expect.not.stringContaining('Sluice'),
          message: expect.stringMatching(/unique/i),
        });
        expect(await texts(database)).toEqual([]);
      }
    });

    test('lets changes of several processes take turns, though each reads before it writes', async () => {
      const several = [openAt(url), openAt(url), openAt(url)];
      await Promise.all(
        Array.from({ length: 60 }, (_, index) =>
          several[index % 3]?.change(async (transaction) => {
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
      expect(await texts(openAt(url).database)).toHaveLength(60);
    });

    test('orders texts by their bytes and gives numbers as numbers', async () => {
      const { database } = openAt(url);
      const words = ['b', 'a', 'B', 'A', '_', 'é', 'Z', 'a b', 'ab', '🦀', '-a'];
      await database
        .insertInto('notes')
        .values(words.map((text, id) => ({ id, text })))
        .execute();
      const ordered = await database.selectFrom('notes').select('text').orderBy('text').execute();
      const byBytes = [...words].sort((one, other) => Buffer.compare(Buffer.from(one), Buffer.from(other)));
      expect(ordered.map(({ text }) => text)).toEqual(byBytes);
      const { rows } = await sql`
        select count(*) as count, sum(cast(9007199254740991 as bigint)) as sum, avg(id) as mean, max(id) as max
        from notes where id between 4 and 4`.execute(database);
      expect(rows).toEqual([{ count: 1, sum: 9007199254740991, mean: 4, max: 4 }]);
      await expect(sql`select cast(9007199254740992 as bigint) as big`.execute(database)).rejects.toThrow(
        /too large/,
      );
      expect(await texts(database)).toHaveLength(words.length);
    });
  });

  describe('migrations', () => {
    test('run once, in order, also when a part gets more of them', async () => {
      const kinds: StoreKind[] = [];
      const telling = async (_database: Kysely<unknown>, kind: StoreKind): Promise<void> => {
        kinds.push(kind);
      };
      const first = openAt(url);
      await first.database.insertInto('notes').values({ id: 1, text: 'old' }).execute();
      await first.storage.close();
      const later = openAt(url, [
        { part: 'notes', steps: [...notes.steps, secondStep, telling] },
        { part: 'empty', steps: [] },
      ]);
      const { rows } = await sql`SELECT * FROM notes`.execute(later.database);
      expect(rows).toEqual([{ id: 1, text: 'old', at_ms: null }]);
      expect(kinds).toEqual([store.kind]);
    });

    test('of processes that start at once run once', async () => {
      const several = Array.from({ length: 5 }, () => openAt(url));
      expect(await Promise.all(several.map(({ database }) => texts(database)))).toEqual(
        several.map(() => []),
      );
    });

    test('run all or none, and again at the next query', async () => {
      let isFaulty = true;
      const fickle = async (database: Kysely<unknown>) => {
        if (isFaulty) await failingStep();
        await secondStep(database);
      };
      const { database } = openAt(url, [notes, { part: 'more', steps: [fickle] }]);
      await expect(texts(database)).rejects.toThrow('a faulty step');
      const empty = openAt(url, []);
      const { schema } = new URL(url).username ? { schema: new URL(url).username } : { schema: undefined };
      const tables = await empty.storage.database.introspection.getTables();
      expect(tables.filter((table) => table.schema === schema)).toEqual([]);
      isFaulty = false;
      expect(await texts(database)).toEqual([]);
    });

    test('of a newer program make this one refuse', async () => {
      const newer = openAt(url, [{ part: 'notes', steps: [...notes.steps, secondStep] }]);
      await texts(newer.database);
      await newer.storage.close();
      await expect(texts(openAt(url).database)).rejects.toMatchObject({
        code: 'STORE_UNAVAILABLE',
        message: 'The store was written by a newer Sluice; update this one',
        detail: { part: 'notes', stepsInStore: 2, stepsKnown: 1 },
      });
    });
  });
});

describe('a SQLite file', () => {
  test('is made with its folder, and every commit is synced to a write-ahead log', async () => {
    const folder = join(dir, 'new', 'folder');
    const { database } = openAt(`sqlite:${folder}`);
    const { insertId } = await database
      .insertInto('notes')
      .values({ id: 7, text: 'kept' })
      .executeTakeFirstOrThrow();
    expect(insertId).toBe(7n);
    const { rows } =
      await sql`SELECT * FROM pragma_journal_mode, pragma_synchronous, pragma_foreign_keys`.execute(database);
    expect(rows).toEqual([{ journal_mode: 'wal', synchronous: 2, foreign_keys: 1 }]);
    expect((await readdir(folder)).sort()).toEqual(['sluice.db', 'sluice.db-shm', 'sluice.db-wal']);
  });

  test('that another process holds is waited for without blocking, and used when it is free', async () => {
    const { database } = openAt(`sqlite:${dir}`);
    await texts(database);
    const other = new DatabaseSync(join(dir, 'sluice.db'));
    other.exec('BEGIN IMMEDIATE');
    const writing = database.insertInto('notes').values({ id: 1, text: 'late' }).execute();
    setTimeout(() => other.exec('COMMIT'), 100);
    await writing;
    other.close();
    expect(await texts(database)).toEqual(['late']);
  });

  test('that another process holds for longer than two seconds is unavailable', async () => {
    const { database } = openAt(`sqlite:${dir}`);
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
