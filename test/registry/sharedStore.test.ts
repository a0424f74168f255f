import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import type { Supergraph } from '../../src/model/supergraph.ts';
import { startTcpProxy } from '../support/startTcpProxy.ts';
import { onPostgres } from '../support/stores.ts';
import { createRegistryFixture, edition, eventually, type OpenRegistry } from './registryFixture.ts';

/** Cases P13 and P14, and decision 15: what becomes of a store that is not this gateway's alone. */
onPostgres((store) => {
  const fixture = createRegistryFixture(store);
  const ends: Array<() => Promise<void>> = [];
  afterEach(async () => {
    await fixture.end();
    for (const end of ends.splice(0)) await end();
  });

  const ann = { author: 'ann' };
  const often = { options: { poll: '50ms' } };

  /** A store with versions 1 to `count`, and the folder of the gateway that published them. */
  async function published(count: number): Promise<{ dir: string; url: string; served: Supergraph | null }> {
    const { registry, dir, url, close } = await fixture.start();
    for (let number = 1; number <= count; number += 1)
      await registry.publish([edition('cities', number), edition('trips', 0)], ann);
    await close();
    return { dir, url, served: registry.current() };
  }

  async function proxied(url: string) {
    const { hostname, port } = new URL(url);
    const proxy = await startTcpProxy({ host: hostname, port: Number(port) });
    ends.push(() => proxy.stop());
    return { proxy, url: Object.assign(new URL(url), { hostname: '127.0.0.1', port: proxy.port }).href };
  }

  /** As a backup from before would leave it. */
  async function playBack({ storage }: OpenRegistry, version: number): Promise<void> {
    for (const table of ['registry_members', 'registry_versions'])
      await sql`delete from ${sql.table(table)} where version > ${version}`.execute(storage.database);
  }

  const kindsOf = async ({ registry }: OpenRegistry): Promise<readonly string[]> =>
    (await registry.history({ limit: 10 })).map(({ version, kind }) => `${version} ${kind}`);

  const putBack = 'The store has lost what was served: it is put back from the last good supergraph on disk';
  const lost =
    'The store has lost what is served; a restart puts it back if nobody has published there by then';
  const older =
    'The store is older than what was served here, as after a backup was played back: the store is what counts, and is served';

  describe('a Postgres that cannot be reached (P13)', () => {
    test('at the start: the last good supergraph is served, and the store used as soon as it is there', async () => {
      const { dir, url, served } = await published(2);
      const { proxy, url: through } = await proxied(url);
      proxy.set('closed');

      const opened = await fixture.open(dir, { url: through, ...often });

      const { registry } = opened;
      expect(registry.current()).toEqual(served);
      expect(registry.state()).toEqual({ origin: 'last-good', fault: 'The store cannot be reached' });
      await expect(registry.publish([edition('users', 0)], ann)).rejects.toMatchObject({
        code: 'STORE_UNAVAILABLE',
        status: 503,
        message: 'The store cannot be reached',
      });
      expect(opened.errors()).toEqual([
        'The store cannot be reached; trying until it can be used',
        'The store cannot be read: the last good supergraph on disk is served, publishes are refused',
      ]);

      proxy.set('open');
      await eventually(() => registry.state().fault === null);
      expect(registry.state().origin).toBe('store');
      expect(await registry.publish([edition('users', 0)], ann)).toMatchObject({ version: 3 });
    });

    test('at the start, by a gateway that never served: it starts with nothing, and serves when it can', async () => {
      const { url, served } = await published(1);
      const { proxy, url: through } = await proxied(url);
      proxy.set('silent');
      const { registry } = await fixture.open(await fixture.folder(), { url: through, ...often });
      expect(registry.current()).toBeNull();
      proxy.set('open');
      await eventually(() => registry.current() !== null);
      expect(registry.current()).toEqual(served);
    });

    test('while it serves: it goes on, refuses publishes, and has lost nothing when the store is back', async () => {
      const { dir, url, served } = await published(1);
      const { proxy, url: through } = await proxied(url);
      const opened = await fixture.open(dir, { url: through, ...often });
      const elsewhere = await fixture.open(await fixture.folder(), { url });
      const { registry } = opened;

      proxy.set('closed');
      await eventually(() => registry.state().fault === 'The store cannot be reached');
      await expect(registry.publish([edition('users', 0)], ann)).rejects.toMatchObject({
        code: 'STORE_UNAVAILABLE',
      });
      expect(registry.current()).toEqual(served);
      await elsewhere.registry.publish([edition('cities', 2)], ann);

      proxy.set('open');
      await eventually(() => registry.current()?.version === 2);
      expect(await registry.publish([edition('users', 0)], ann)).toMatchObject({ version: 3 });
      expect(await kindsOf(opened)).toEqual(['3 publish', '2 publish', '1 publish']);
    });
  });

  test.each([
    ['with an idempotency key', { author: 'ann', idempotencyKey: 'build-17' }],
    ['without one', ann],
  ])('a publish whose answer is lost after it was made is made once, %s (P14)', async (_kind, terms) => {
    const { dir, url } = await published(1);
    const { proxy, url: through } = await proxied(url);
    const opened = await fixture.open(dir, { url: through, ...often });
    proxy.endAfter(/commit/);
    await expect(opened.registry.publish([edition('users', 0)], terms)).rejects.toMatchObject({
      code: 'STORE_UNAVAILABLE',
      message: 'The store cannot be reached',
    });
    expect(await opened.registry.publish([edition('users', 0)], terms)).toMatchObject({
      version: 2,
      changed: false,
    });
    expect(await kindsOf(opened)).toEqual(['2 publish', '1 publish']);
  });

  describe('a Postgres that lost what was served', () => {
    test('before the start: it gets it back under its number, the tables too', async () => {
      const { dir, url, served } = await published(2);
      await store.lose(url);
      const opened = await fixture.open(dir);
      expect(opened.registry.current()).toEqual({ ...served, version: 2 });
      expect(opened.registry.state()).toEqual({ origin: 'last-good', fault: null });
      expect(opened.errors()).toEqual([putBack]);
      expect(await opened.registry.publish([edition('users', 0)], ann)).toMatchObject({ version: 3 });
      expect(await kindsOf(opened)).toEqual(['3 publish', '2 recovery']);
    });

    test('while it serves: it goes on and refuses publishes; only a start writes into it, and the others follow', async () => {
      const { dir, url, served } = await published(2);
      const opened = await fixture.open(dir, often);
      await store.lose(url);
      const { registry } = opened;
      await eventually(() => registry.state().fault === 'The store has no tables of Sluice any more');
      const empty = await fixture.open(await fixture.folder(), { url, ...often });
      expect(empty.registry.current()).toBeNull();
      await eventually(() => registry.state().fault === lost);
      await expect(registry.publish([edition('users', 0)], ann)).rejects.toMatchObject({
        code: 'STORE_UNAVAILABLE',
        message: lost,
      });
      expect(registry.current()).toEqual(served);
      expect(await kindsOf(opened)).toEqual([]);

      const restarted = await fixture.open(dir);
      expect(restarted.errors()).toEqual([putBack]);
      await eventually(() => registry.state().fault === null && empty.registry.current() !== null);
      for (const each of [opened, empty, restarted]) expect(each.registry.current()).toEqual(served);
    });

    test('gets the newest of what several gateways know, whoever starts first', async () => {
      const { dir: stale, url } = await published(1);
      const { registry, dir: fresh, close } = await fixture.open(await fixture.folder(), { url });
      await registry.publish([edition('cities', 2)], ann);
      await registry.publish([edition('cities', 3)], ann);
      const served = registry.current();
      await close();
      await store.lose(url);

      const first = await fixture.open(stale, often);
      expect(first.registry.current()).toMatchObject({ version: 1 });
      const second = await fixture.open(fresh, { url });
      expect(second.registry.current()).toEqual(served);
      await eventually(() => first.registry.current()?.version === 3);
      expect(await kindsOf(first)).toEqual(['3 recovery', '1 recovery']);
    });

    test('and was begun anew on purpose stays what it is: a gateway that was away does not bring back the past', async () => {
      const { dir, url } = await published(3);
      await store.lose(url);
      const anew = await fixture.open(await fixture.folder(), { url });
      await anew.registry.publish([edition('users', 0)], ann);

      const late = await fixture.open(dir);
      expect(late.registry.current()).toEqual(anew.registry.current());
      expect(late.registry.state()).toEqual({ origin: 'store', fault: null });
      expect(late.errors()).toEqual([older]);
      expect(await kindsOf(late)).toEqual(['1 publish']);
    });
  });

  test('a Postgres that a backup was played back into is followed, and what was newer is put aside', async () => {
    const { dir, url } = await published(3);
    const opened = await fixture.open(dir, often);
    await playBack(opened, 2);
    await eventually(() => opened.registry.current()?.version === 2);
    expect(opened.registry.state()).toEqual({ origin: 'store', fault: null });
    expect(opened.errors()).toEqual([older]);
    const kept = () => readdir(join(dir, 'supergraphs'));
    await eventually(async () => (await kept()).some((name) => name.endsWith('superseded')));
    expect((await kept()).sort()).toEqual([
      'supergraph-000000001.json',
      'supergraph-000000002.json',
      'supergraph-000000003.json.superseded',
    ]);
    expect(await opened.registry.publish([edition('users', 0)], ann)).toMatchObject({ version: 3 });
    await opened.close();
    const again = await fixture.open(dir, { url });
    expect(again.registry.current()).toEqual(opened.registry.current());
    expect(again.errors()).toEqual([]);
  });

  describe('a text that is not what its hash says', () => {
    const tamper = ({ storage }: OpenRegistry) =>
      sql`update registry_texts set text = text || ' '`.execute(storage.database);

    test('is repaired by whoever served it', async () => {
      const { dir, served } = await published(2);
      const other = await fixture.open(await fixture.folder(), { url: await fixture.urlFor(dir) });
      await tamper(other);
      const opened = await fixture.open(dir);
      expect(opened.registry.current()).toEqual(served);
      expect(opened.errors()).toEqual([putBack]);
      expect(await kindsOf(opened)).toEqual(['2 publish', '1 publish']);
    });

    test('stops those who never had it: they serve what they have, refuse publishes, and put nothing on top', async () => {
      const { dir, url, served } = await published(1);
      const other = await fixture.open(await fixture.folder(), { url });
      await other.registry.publish([edition('users', 0)], ann);
      await tamper(other);
      const opened = await fixture.open(dir);
      expect(opened.registry.current()).toEqual(served);
      expect(opened.registry.state().fault).toBe('The store is damaged');
      await expect(opened.registry.publish([edition('a', 0)], ann)).rejects.toMatchObject({
        code: 'STORE_UNAVAILABLE',
      });
      expect(await kindsOf(other)).toEqual(['2 publish', '1 publish']);
    });
  });
});
