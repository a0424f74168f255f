import { cp, open, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import type { Supergraph } from '../../src/model/supergraph.ts';
import { createRegistryFixture, edition, type OpenRegistry } from './registryFixture.ts';

/** Cases P9, P10, P15 and P16: whatever happens to the store, the gateway has something to serve, and it is never silently empty. */
const fixture = createRegistryFixture();
afterEach(() => fixture.end());

const ann = { author: 'ann' };

let original: { dir: string; served: Supergraph | null };
const originalFixture = createRegistryFixture();
beforeAll(async () => {
  const { registry, dir, close } = await originalFixture.start();
  await registry.publish([edition('cities', 0), edition('trips', 0)], ann);
  await registry.publish([edition('cities', 1)], ann);
  original = { dir, served: registry.current() };
  await close();
});
afterAll(() => originalFixture.end());

/** A folder with two versions published, and the supergraph they left in force. */
async function published(): Promise<{ dir: string; served: Supergraph | null }> {
  const dir = await fixture.folder();
  await cp(original.dir, dir, { recursive: true });
  return { dir, served: original.served };
}

const database = (dir: string): string => join(dir, 'sluice.db');
const lastGoodFolder = (dir: string): string => join(dir, 'supergraphs');

async function overwrite(path: string, { at, bytes }: { at: number; bytes: Buffer }): Promise<void> {
  const file = await open(path, 'r+');
  await file.write(bytes, 0, bytes.length, at);
  await file.close();
}

/** The supergraph is served, said to be the last good one, and the store works again with it. */
async function expectRecovered(opened: OpenRegistry, served: Supergraph | null): Promise<void> {
  const { registry } = opened;
  expect(registry.current()).toMatchObject({ sdl: served?.sdl, hash: served?.hash });
  expect(registry.state()).toEqual({ origin: 'last-good', fault: null });
  expect(opened.errors().join()).toMatch(/put back from the last good supergraph/);
  const head = registry.current()?.version ?? 0;
  expect(await registry.publish([edition('users', 0)], ann)).toMatchObject({ version: head + 1 });
  expect(registry.current()?.sdl).toContain('cities1');
  expect(registry.state().origin).toBe('store');
}

describe('a store that is damaged (P16)', () => {
  test.each([
    [
      'no database at all',
      (dir: string) => writeFile(database(dir), 'Once upon a time there was no database here. '.repeat(99)),
    ],
    [
      'a page overwritten',
      async (dir: string) => {
        const size = (await readFile(database(dir))).length;
        await overwrite(database(dir), {
          at: 4096,
          bytes: Buffer.alloc(Math.min(size - 4096, 8 * 4096), 0x5a),
        });
      },
    ],
    [
      'a file cut off',
      async (dir: string) => {
        const bytes = await readFile(database(dir));
        await writeFile(database(dir), bytes.subarray(0, bytes.length / 2));
      },
    ],
  ])('%s: it is moved aside, and a new one gets the last good supergraph', async (_kind, damage) => {
    const { dir, served } = await published();
    await damage(dir);
    const damaged = await readFile(database(dir));

    const opened = await fixture.open(dir);

    expect(opened.errors()).toContain(
      'The store is damaged: it was moved aside, and an empty one takes its place',
    );
    const movedTo = opened.storage.recovery()?.movedTo ?? '';
    expect(movedTo).toMatch(/sluice\.db\.corrupt-\d{4}-\d\d-\d\dT/);
    expect((await readFile(movedTo)).equals(damaged)).toBe(true);
    await expectRecovered(opened, served);
    expect(await opened.registry.history({ limit: 10 })).toEqual([
      expect.objectContaining({ version: 3, kind: 'publish' }),
      expect.objectContaining({
        version: 2,
        kind: 'recovery',
        changed: ['cities', 'trips'],
        hash: served?.hash,
      }),
    ]);
  });

  test('gone altogether: it gets the last good supergraph', async () => {
    const { dir, served } = await published();
    await rm(database(dir));
    await expectRecovered(await fixture.open(dir), served);
  });

  test('left by a crash whose WAL is missing: it gets the last good supergraph', async () => {
    const { registry, dir } = await fixture.start();
    await registry.publish([edition('cities', 1), edition('trips', 0)], ann);
    const crashed = await fixture.folder();
    await cp(database(dir), database(crashed));
    await cp(lastGoodFolder(dir), lastGoodFolder(crashed), { recursive: true });
    await expectRecovered(await fixture.open(crashed), registry.current());
  });

  test('met while it is open: it is told, what is served stays, and the next start recovers', async () => {
    const { dir, served } = await published();
    const opened = await fixture.open(dir);
    const size = (await readFile(database(dir))).length;
    await overwrite(database(dir), { at: 4096, bytes: Buffer.alloc(size - 4096, 0x5a) });
    await sql`PRAGMA shrink_memory`.execute(opened.storage.database);

    await expect(opened.registry.publish([edition('users', 0)], ann)).rejects.toMatchObject({
      code: 'STORE_UNAVAILABLE',
      message: 'The store is damaged; a restart goes on with the last good supergraph in a new one',
    });
    expect(opened.registry.current()).toEqual(served);
    await opened.close();
    await expectRecovered(await fixture.open(dir), served);
  });

  test('replaced by an older copy of itself: what was served is put back on top', async () => {
    const { registry, dir, close, storage } = await fixture.start();
    await registry.publish([edition('cities', 0), edition('trips', 0)], ann);
    await sql`PRAGMA wal_checkpoint(TRUNCATE)`.execute(storage.database);
    const older = await readFile(database(dir));
    await registry.publish([edition('cities', 1)], ann);
    const served = registry.current();
    await close();
    await writeFile(database(dir), older);

    const opened = await fixture.open(dir);

    await expectRecovered(opened, served);
    expect(
      (await opened.registry.history({ limit: 10 })).map(({ version, kind }) => `${version} ${kind}`),
    ).toEqual(['3 publish', '2 recovery', '1 publish']);
  });

  test.each([
    [
      'the supergraph',
      "UPDATE registry_texts SET text = replace(text, 'cities1', 'citiesX') WHERE text LIKE '%join__Graph%'",
    ],
    ['a subgraph', "UPDATE registry_texts SET text = text || ' ' WHERE text NOT LIKE '%join__Graph%'"],
  ])('%s is not what its hash says: it is repaired, not served', async (_kind, tampering) => {
    const { dir, served } = await published();
    const tampered = new DatabaseSync(database(dir));
    tampered.exec(tampering);
    tampered.close();
    const opened = await fixture.open(dir);
    await expectRecovered(opened, served);
    expect((await opened.registry.supergraph(2))?.sdl).toBe(served?.sdl);
  });

  test('with no last good supergraph either, nothing is served, publishes are refused, and it is said', async () => {
    const { dir } = await published();
    await rm(lastGoodFolder(dir), { recursive: true });
    const tampered = new DatabaseSync(database(dir));
    tampered.exec("UPDATE registry_texts SET text = text || ' '");
    tampered.close();
    const { registry, errors } = await fixture.open(dir);
    expect(registry.current()).toBeNull();
    expect(registry.state()).toEqual({ origin: 'store', fault: 'The store is damaged' });
    expect(errors()).toEqual(['The store is damaged; trying until it can be used']);
    await expect(registry.publish([edition('cities', 0)], ann)).rejects.toMatchObject({
      code: 'STORE_UNAVAILABLE',
    });
  });
});

describe('a store that cannot be reached (P10)', () => {
  test('at the start: the last good supergraph is served at once, and the store used as soon as it is back', async () => {
    const { dir, served } = await published();
    const other = new DatabaseSync(database(dir));
    other.exec(
      'PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE; UPDATE registry_file_sources SET hash = hash;',
    );
    // It does not wait for the store, whose lock is held until further down: its state says that nothing has come from there yet.
    const opened = await fixture.open(dir, { options: { poll: '50ms' } });
    const { registry } = opened;
    expect(registry.current()).toEqual(served);
    expect(registry.state()).toEqual({ origin: 'last-good', fault: 'The store has not answered yet' });
    expect(opened.errors()).toEqual([
      'The store cannot be read: the last good supergraph on disk is served, publishes are refused',
    ]);
    expect(await registry.subgraphs()).toHaveLength(2);
    await expect(registry.publish([edition('users', 0)], ann)).rejects.toMatchObject({
      code: 'STORE_UNAVAILABLE',
      status: 503,
      message: 'The store is locked by another process',
    });

    other.close();
    const deadlineMs = performance.now() + 60_000;
    while (registry.state().fault && performance.now() < deadlineMs)
      await new Promise((resolve) => setTimeout(resolve, 20));
    expect(registry.state()).toEqual({ origin: 'store', fault: null });
    expect(await registry.publish([edition('users', 0)], ann)).toMatchObject({ version: 3 });
  });

  test('when its folder cannot be one: the gateway starts, without a supergraph, and says so', async () => {
    const dir = await fixture.folder();
    const file = join(dir, 'a file');
    await writeFile(file, '');
    const { registry } = await fixture.open(join(file, 'below'));
    expect(registry.current()).toBeNull();
    expect(registry.state()).toEqual({ origin: 'store', fault: 'The store cannot be opened' });
    await expect(registry.history({ limit: 1 })).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
  });

  test('by a writer that holds it: publishes wait two seconds, then are refused; reading goes on', async () => {
    const { dir, served } = await published();
    const { registry } = await fixture.open(dir);
    const other = new DatabaseSync(database(dir));
    other.exec('BEGIN IMMEDIATE');
    const refused = expect(registry.publish([edition('users', 0)], ann)).rejects.toMatchObject({
      code: 'STORE_UNAVAILABLE',
      message: 'The store is locked by another process',
    });
    let turns = 0;
    const turning = setInterval(() => (turns += 1), 20);
    await refused;
    clearInterval(turning);
    expect(turns).toBeGreaterThan(20);
    expect(registry.current()).toEqual(served);
    expect(await registry.history({ limit: 1 })).toHaveLength(1);

    other.exec('ROLLBACK');
    other.close();
    expect(await registry.publish([edition('users', 0)], ann)).toMatchObject({ version: 3 });
  });
});

describe('a disk that is full (P15)', () => {
  test('refuses publishes and changes nothing, until there is room', async () => {
    const { registry, storage } = await fixture.start();
    await registry.publish([edition('cities', 0)], ann);
    const before = registry.current();
    const { rows } = await sql<{ page_count: number }>`PRAGMA page_count`.execute(storage.database);
    await sql.raw(`PRAGMA max_page_count = ${rows[0]?.page_count}`).execute(storage.database);
    const large = edition('trips', 600);

    await expect(registry.publish([large], { author: 'ann', idempotencyKey: 'full' })).rejects.toMatchObject({
      code: 'STORE_UNAVAILABLE',
      status: 503,
      message: 'The store cannot be written: its disk is full',
    });
    expect(registry.current()).toBe(before);
    expect(await registry.history({ limit: 10 })).toHaveLength(1);
    expect(registry.state()).toEqual({ origin: 'store', fault: null });

    await sql`PRAGMA max_page_count = 1000000`.execute(storage.database);
    expect(await registry.publish([large], { author: 'ann', idempotencyKey: 'full' })).toMatchObject({
      version: 2,
      changed: true,
    });
  });

  test('for the last good supergraphs: a publish is made all the same, it is said once, and made up for', async () => {
    const { registry, dir, errors } = await fixture.start({ options: { poll: '50ms' } });
    await writeFile(lastGoodFolder(dir), 'in the way of the folder');
    await registry.publish([edition('cities', 0)], ann);
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(errors()).toEqual(['The last good supergraph cannot be kept on disk']);

    await rm(lastGoodFolder(dir));
    const deadlineMs = performance.now() + 60_000;
    const files = async () => await readdir(lastGoodFolder(dir)).catch(() => []);
    // Before it has its name, it is written beside it.
    const isThere = async () => (await files()).some((name) => name.endsWith('.json'));
    while (!(await isThere()) && performance.now() < deadlineMs)
      await new Promise((resolve) => setTimeout(resolve, 20));
    expect(await files()).toEqual(['supergraph-000000001.json']);
  });
});

describe('the last good supergraphs on disk (P9)', () => {
  test('are the newest three, and one that is damaged is passed over and told', async () => {
    const { registry, dir, close } = await fixture.start();
    for (const number of [0, 1, 2, 3]) await registry.publish([edition('cities', number)], ann);
    const third = await registry.supergraph(3);
    await close();
    const names = await readdir(lastGoodFolder(dir));
    expect(names.sort()).toEqual([2, 3, 4].map((version) => `supergraph-00000000${version}.json`));

    const newest = join(lastGoodFolder(dir), 'supergraph-000000004.json');
    const bytes = await readFile(newest);
    await overwrite(newest, { at: bytes.indexOf('cities3'), bytes: Buffer.from('C') });
    await rm(database(dir));
    const opened = await fixture.open(dir);

    expect(opened.lines).toContainEqual({
      level: 'error',
      message: 'A last good supergraph on disk was passed over',
      fields: { reason: expect.stringMatching(/supergraph-000000004\.json: its checksum is wrong$/) },
    });
    await expect(Promise.resolve(opened.registry.current())).resolves.toMatchObject({
      version: 3,
      sdl: third?.sdl,
    });
  });

  test.each([
    ['cut off', (text: string) => text.slice(0, -100)],
    ['empty', () => ''],
    ['another document', () => '{"sha256":"x","content":{}}'],
  ])('%s are not served', async (_kind, damage) => {
    const { dir, served } = await published();
    const newest = join(lastGoodFolder(dir), 'supergraph-000000002.json');
    await writeFile(newest, damage(await readFile(newest, 'utf8')));
    const opened = await fixture.open(dir);
    expect(opened.registry.current()).toEqual(served);
    expect(opened.registry.state().origin).toBe('store');
    expect(opened.errors()).toEqual(['A last good supergraph on disk was passed over']);
    expect(JSON.parse(await readFile(newest, 'utf8'))).toMatchObject({
      content: { supergraph: { version: 2 } },
    });
  });
});
