import { mkdtemp, open, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { crc32 } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import { identityOptions } from '../../src/identity/identity.ts';
import { eventually } from '../support/adminClient.ts';
import { startTcpProxy } from '../support/startTcpProxy.ts';
import { onEachStore } from '../support/stores.ts';
import { startIdentity, type TestIdentity } from './startIdentity.ts';

const author = 'ann';
const day = 86_400_000;
const refused = { code: 'UNAUTHENTICATED', message: 'The API key is not valid.' };

onEachStore((store) => {
  let dir: string;
  let world: TestIdentity;
  const others: TestIdentity[] = [];
  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'sluice-api-keys-'));
    world = await startIdentity({}, { dir, url: await store.place(dir) });
  });
  afterEach(async () => {
    for (const other of others.splice(0)) await other.close();
    await world.close();
    await rm(dir, { recursive: true, force: true });
  });

  /** Another gateway on the same store. */
  async function another(
    settings: Record<string, unknown> = {},
    more: { url?: string } = {},
  ): Promise<TestIdentity> {
    const other = await startIdentity(settings, { dir, url: world.url, clock: world.clock, ...more });
    others.push(other);
    return other;
  }

  const create = (more: Record<string, unknown> = {}) =>
    world.identity.apiKeys.create({ consumer: 'acme', author, ...more });
  const show = (key: string, at: TestIdentity = world) => at.show({ 'x-api-key': key });

  describe('an API key', () => {
    test('stands for its consumer, with the plan and scopes of it', async () => {
      const { key, id } = await create({ plan: 'gold', scopes: ['trips:read', 'trips:write'] });
      expect(await show(key)).toEqual({
        session: {
          identified: true,
          subject: null,
          issuer: null,
          consumer: 'acme',
          plan: 'gold',
          scopes: new Set(['trips:read', 'trips:write']),
          claims: { consumer: 'acme', key_id: id, plan: 'gold', scope: 'trips:read trips:write' },
          expiresAtMs: null,
        },
      });
    });

    test('may be sent as a bearer token, too', async () => {
      const { key } = await create();
      expect(await world.bearer(key)).toMatchObject({ session: { consumer: 'acme' } });
      expect(await world.bearer(`${key.slice(0, -1)}-`)).toMatchObject(refused);
    });

    test('has a form that is found in texts, with a checksum that tells it from chance', async () => {
      const { key, id } = await create();
      expect(key).toMatch(/^sluice_[0-9A-Za-z]{50}$/);
      expect(key.slice(7, 19)).toBe(id);
      // As docs/reference/identity.md gives it to whoever writes a scanner.
      const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
      const checksum = [...key.slice(-6)].reduce(
        (sum, character) => sum * 62 + alphabet.indexOf(character),
        0,
      );
      expect(checksum).toBe(crc32(key.slice(0, -6)));
    });

    test('is stored as a hash with a secret that is not in the store', async () => {
      const { key, id } = await create();
      const stored = await store.contents(world.url);
      expect(stored.includes(id)).toBe(true);
      expect(stored.includes(key.slice(19, 40))).toBe(false);
      const secret = join(world.dir, 'api-keys.secret');
      expect((await stat(secret)).mode & 0o777).toBe(0o600);
      expect(stored.includes(await readFile(secret, 'utf8'))).toBe(false);
    });

    test('is nowhere in the log', async () => {
      const { key } = await create();
      await show(key);
      await show(key.replace(/.$/, 'x'));
      await world.identity.apiKeys.revoke('acme', { author });
      await show(key);
      expect(world.logged()).toContain('An API key was created');
      expect(world.logged()).not.toContain(key.slice(19, 40));
    });

    test.each<[string, (key: string) => string]>([
      ['nothing', () => ''],
      ['something else', () => 'canary-key'],
      ['its id and nothing more', (key) => key.slice(0, 19)],
      ['the last character changed', (key) => key.slice(0, -1) + (key.endsWith('0') ? '1' : '0')],
      [
        'the first character of the secret changed',
        (key) => key.slice(0, 19) + (key[19] === '0' ? '1' : '0') + key.slice(20),
      ],
      ['a character too many', (key) => `${key}0`],
      ['two keys', (key) => `${key}, ${key}`],
      ['10 KB', () => `sluice_${'a'.repeat(10_000)}`],
      ['SQL', () => "sluice_' OR 1=1 --"],
    ])('is refused when it is %s, without a word on why', async (_title, change) => {
      const { key } = await create();
      expect(await show(change(key))).toMatchObject(refused);
    });

    test('that is well formed and made up is refused as one whose secret is another', async () => {
      const { key } = await create();
      const { key: gone } = await world.identity.apiKeys.create({ consumer: 'other', author });
      const forged = resealed(`${key.slice(0, 19)}${gone.slice(19, 51)}`);
      const unknown = resealed(`sluice_${'a'.repeat(44)}`);
      for (const each of [forged, unknown]) expect(await show(each)).toMatchObject(refused);
      expect(await show(forged)).toMatchObject({ reason: 'its secret is another one' });
      expect(await show(unknown)).toMatchObject({ reason: 'there is none of its id' });
    });
  });

  describe('a consumer', () => {
    test('renews its key without a moment in which it has none: there are two, and not three', async () => {
      const first = await create({ plan: 'gold', scopes: ['a'] });
      const second = await create();
      expect(await show(first.key)).toMatchObject({ session: { plan: 'gold' } });
      // What it may do is the consumer's: the new key has not lost it.
      expect(await show(second.key)).toMatchObject({ session: { plan: 'gold', scopes: new Set(['a']) } });
      await expect(create()).rejects.toMatchObject({
        code: 'BAD_USER_INPUT',
        message: expect.stringContaining(`2 live keys (${[first.id, second.id].sort().join(', ')})`),
      });
      await world.identity.apiKeys.revoke('acme', { id: first.id, author });
      expect(await show(first.key)).toMatchObject({ ...refused, reason: 'it is revoked' });
      expect(await show(second.key)).toHaveProperty('session');
      await create();
    });

    test('gets another plan and other scopes with a new key, and so does its old one', async () => {
      const { key } = await create({ plan: 'gold', scopes: ['a'] });
      expect(await show(key)).toMatchObject({ session: { plan: 'gold' } });
      await create({ plan: 'silver', scopes: [] });
      expect(await show(key)).toMatchObject({ session: { plan: 'silver', scopes: new Set() } });
    });

    test('is suspended and resumed with all its keys', async () => {
      const keys = [await create(), await create()];
      for (const { key } of keys) expect(await show(key)).toHaveProperty('session');
      expect(await world.identity.apiKeys.suspend('acme', { author })).toMatchObject({ suspended: true });
      for (const { key } of keys)
        expect(await show(key)).toMatchObject({ ...refused, reason: 'the consumer acme is suspended' });
      await world.identity.apiKeys.resume('acme', { author });
      for (const { key } of keys) expect(await show(key)).toHaveProperty('session');
    });

    test('whose keys are revoked has none, for good', async () => {
      const keys = [await create(), await create()];
      const { keys: shown } = await world.identity.apiKeys.revoke('acme', { author });
      expect(shown.map(({ state }) => state)).toEqual(['revoked', 'revoked']);
      await world.identity.apiKeys.suspend('acme', { author });
      await world.identity.apiKeys.resume('acme', { author });
      for (const { key } of keys) expect(await show(key)).toMatchObject(refused);
    });

    test('is listed with its keys, and those are not', async () => {
      await world.identity.apiKeys.create({ consumer: 'zoo', author: 'bob' });
      const { key, id } = await create({ lifetimeMs: day });
      const listed = await world.identity.apiKeys.consumers();
      expect(listed).toEqual([
        {
          name: 'acme',
          plan: null,
          scopes: [],
          suspended: false,
          keys: [
            {
              id,
              state: 'active',
              author,
              createdAtMs: world.clock.wallMs(),
              expiresAtMs: world.clock.wallMs() + day,
            },
          ],
        },
        expect.objectContaining({
          name: 'zoo',
          keys: [expect.objectContaining({ author: 'bob', expiresAtMs: null })],
        }),
      ]);
      expect(JSON.stringify(listed)).not.toContain(key.slice(19, 40));
    });

    test.each<[string, Record<string, unknown>]>([
      ['a name with a space', { consumer: 'ac me' }],
      ['no name', { consumer: '' }],
      ['a name of 101 characters', { consumer: 'a'.repeat(101) }],
      ['a plan with a line break', { plan: 'gold\n' }],
      ['a scope with a space', { scopes: ['a b'] }],
      ['101 scopes', { scopes: Array.from({ length: 101 }, (_, index) => `s${index}`) }],
      ['a life of no length', { lifetimeMs: 0 }],
      ['a life of a century', { lifetimeMs: 36_500 * day }],
      ['a life that is no number', { lifetimeMs: Number.NaN }],
    ])('cannot be made with %s', async (_title, more) => {
      await expect(create(more)).rejects.toMatchObject({ code: 'BAD_USER_INPUT' });
      expect(await world.identity.apiKeys.consumers()).toEqual([]);
    });

    test('that there is not can be neither suspended, resumed nor revoked, nor a key that it has not', async () => {
      const { apiKeys } = world.identity;
      for (const change of [apiKeys.suspend, apiKeys.resume, apiKeys.revoke])
        await expect(change('nobody', { author })).rejects.toMatchObject({ code: 'NOT_FOUND' });
      await create();
      const { id } = await apiKeys.create({ consumer: 'other', author });
      await expect(apiKeys.revoke('acme', { id, author })).rejects.toMatchObject({ code: 'NOT_FOUND' });
      expect((await apiKeys.consumers()).flatMap(({ keys }) => keys.map(({ state }) => state))).toEqual([
        'active',
        'active',
      ]);
    });
  });

  describe('a key that expires', () => {
    test('is refused from that moment on, remembered or not, and makes room for another', async () => {
      const { key } = await create({ lifetimeMs: day });
      await create();
      expect(await show(key)).toMatchObject({ session: { expiresAtMs: world.clock.wallMs() + day } });
      world.clock.advance(day - 1);
      expect(await show(key)).toHaveProperty('session');
      world.clock.advance(1);
      expect(await show(key)).toMatchObject(refused);
      expect(await show(key, await another())).toMatchObject({ ...refused, reason: 'it is expired' });
      await create();
    });
  });

  describe('what another process changes', () => {
    /** The next look whether something changed, which takes place each second. */
    async function nextLook(at: TestIdentity, until: () => Promise<boolean>): Promise<void> {
      await eventually(async () => {
        at.clock.advance(1_000);
        return (await until()) || null;
      });
    }

    test('is seen at the next look, a second later', async () => {
      const other = await another();
      const { key } = await create();
      expect(await show(key, other)).toHaveProperty('session');
      await world.identity.apiKeys.suspend('acme', { author });
      await nextLook(other, async () => 'code' in (await show(key, other)));
      await world.identity.apiKeys.resume('acme', { author });
      await nextLook(other, async () => 'session' in (await show(key, other)));
      await world.identity.apiKeys.revoke('acme', { author });
      await nextLook(other, async () => 'code' in (await show(key, other)));
    });

    test("two processes on one folder take each other's keys, and make no third live one together", async () => {
      const other = await another();
      const created = await Promise.allSettled(
        [world, other, world, other].map(({ identity }) =>
          identity.apiKeys.create({ consumer: 'acme', author }),
        ),
      );
      const made = created.flatMap((each) => (each.status === 'fulfilled' ? [each.value.key] : []));
      expect(made).toHaveLength(2);
      for (const key of made)
        for (const at of [world, other]) expect(await show(key, at)).toHaveProperty('session');
    });

    test('a key of another secret is refused, and the operator told', async () => {
      const { key } = await create();
      const other = await another({ apiKeys: { secret: 'another secret of 32 characters!' } });
      expect(await show(key, other)).toMatchObject(refused);
      expect(other.logged()).toContain('hashed with another secret');
    });

    test('a secret of the settings is the same wherever it is set, and taken at once', async () => {
      const settings = { apiKeys: { secret: 'the secret of all, 32 characters' } };
      const [one, other] = [await another(settings), await another(settings)];
      const { key } = await one.identity.apiKeys.create({ consumer: 'acme', author });
      expect(await show(key, other)).toHaveProperty('session');
      expect(await show(key)).toMatchObject(refused);
      world.identity.reconfigure(identityOptions.parse(settings));
      expect(await show(key)).toHaveProperty('session');
    });
  });

  describe('the store', () => {
    test('is asked once for a key, then only whether something changed', async () => {
      const { key } = await create();
      expect(await show(key)).toHaveProperty('session');
      // With the rows gone behind our back, and nothing told, what is remembered goes on.
      const { storage } = await another();
      await sql`delete from identity_keys`.execute(storage.database);
      expect(world.bearerNow(key)).toHaveProperty('session');
      await sql`update identity_revision set revision = revision + 1`.execute(storage.database);
      await eventually(async () => {
        world.clock.advance(1_000);
        return 'code' in (await show(key)) || null;
      });
    });
  });

  describe('keys and tokens', () => {
    test('where keys are off, nobody looks at them', async () => {
      const { key } = await create();
      const off = await another({ apiKeys: { enabled: false } });
      for (const shown of [key, 'nonsense'])
        expect(await show(shown, off)).toMatchObject({ session: { identified: false } });
    });

    test('where something has to be shown, a key will do, and nothing will not', async () => {
      const { key } = await create();
      const strict = await another({ required: true });
      expect(await show(key, strict)).toHaveProperty('session');
      expect(await strict.show({})).toMatchObject({
        code: 'UNAUTHENTICATED',
        challenge: 'Bearer realm="sluice"',
      });
      expect(await strict.show({ authorization: `Basic ${btoa('a:b')}` })).toMatchObject({
        code: 'UNAUTHENTICATED',
      });
    });
  });

  if (store.kind === 'postgres')
    describe('a store of several gateways', () => {
      test('that lost its keys gets none from the disk of a gateway: one may have been revoked since', async () => {
        const { key } = await create();
        await store.lose(world.url);
        const next = await another();
        expect(await show(key, next)).toMatchObject(refused);
        expect(await next.identity.apiKeys.consumers()).toEqual([]);
        expect(await readdir(world.dir)).not.toContain('api-keys.json');
      });

      test('needs one secret for all, and the operator is told when a key is made without', async () => {
        const missed = 'Other gateways on this store cannot verify this API key';
        await create();
        expect(world.logged()).toContain(missed);
        const settled = await another({ apiKeys: { secret: 'the secret of all, 32 characters' } });
        await settled.identity.apiKeys.create({ consumer: 'other', author });
        expect(settled.logged()).not.toContain(missed);
      });

      test('that cannot be reached lets known keys go on, and refuses others with a 503 until it can', async () => {
        const [known, unknown] = [await create(), await create()];
        const { hostname, port } = new URL(world.url);
        const proxy = await startTcpProxy({ host: hostname, port: Number(port) });
        const url = Object.assign(new URL(world.url), { hostname: '127.0.0.1', port: proxy.port }).href;
        const far = await another({}, { url });
        expect(await show(known.key, far)).toHaveProperty('session');
        proxy.set('closed');
        expect(await show(known.key, far)).toHaveProperty('session');
        expect(await show(unknown.key, far)).toMatchObject({ code: 'STORE_UNAVAILABLE' });
        proxy.set('open');
        expect(await show(unknown.key, far)).toHaveProperty('session');
        await far.close();
        others.splice(others.indexOf(far), 1);
        await proxy.stop();
      });
    });

  if (store.kind === 'sqlite')
    describe('a store in a file', () => {
      test('that cannot be read is a 503 for a key, and no reason to let nobody in once it can', async () => {
        const { key } = await create();
        await world.storage.close();
        const lock = new DatabaseSync(join(world.dir, 'sluice.db'));
        lock.exec(
          'pragma locking_mode = exclusive; begin exclusive; update identity_revision set revision = revision',
        );
        const late = await another();
        expect(await settled(show(key, late), late)).toMatchObject({
          code: 'STORE_UNAVAILABLE',
          challenge: undefined,
        });
        // What is told from its form needs no store.
        expect(await show('sluice_nonsense', late)).toMatchObject(refused);
        lock.close();
        expect(await settled(show(key, late), late)).toHaveProperty('session');
      });

      test('that breaks lets known keys go on and refuses others with a 503; the next start has the keys again', async () => {
        const [known, unknown] = [await create({ plan: 'gold' }), await create()];
        expect(await show(known.key)).toHaveProperty('session');
        const path = join(world.dir, 'sluice.db');
        await sql`pragma wal_checkpoint(truncate)`.execute(world.storage.database);
        const { size } = await stat(path);
        const file = await open(path, 'r+');
        await file.write(Buffer.alloc(size - 4096, 0x5a), 0, size - 4096, 4096);
        await file.close();
        await sql`pragma shrink_memory`.execute(world.storage.database);

        expect(await show(unknown.key)).toMatchObject({ code: 'STORE_UNAVAILABLE' });
        await eventually(() => {
          world.clock.advance(1_000);
          return world.logged().includes('API keys that are known go on') || null;
        });
        expect(world.bearerNow(known.key)).toMatchObject({ session: { plan: 'gold' } });

        const next = await another();
        for (const { key } of [known, unknown])
          expect(await show(key, next)).toMatchObject({ session: { plan: 'gold' } });
        expect(next.logged()).toContain('they were put back');
        expect(await next.identity.apiKeys.consumers()).toMatchObject([{ name: 'acme', keys: [{}, {}] }]);
      });

      test('that is new gets back no keys that were written down badly', async () => {
        const { key } = await create();
        await world.storage.close();
        for (const name of ['sluice.db', 'sluice.db-wal', 'sluice.db-shm'])
          await rm(join(world.dir, name), { force: true });
        const kept = join(world.dir, 'api-keys.json');
        await writeFile(kept, (await readFile(kept, 'utf8')).replace('acme', 'evil'));
        const next = await another();
        expect(await show(key, next)).toMatchObject(refused);
        expect(next.logged()).toContain('damaged, and not used');
      });
    });
});

/** A key with the checksum it should have. */
function resealed(body: string): string {
  const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
  let rest = crc32(body);
  let text = '';
  for (let place = 0; place < 6; place += 1) {
    text = alphabet.charAt(rest % 62) + text;
    rest = Math.floor(rest / 62);
  }
  return body + text;
}

/** Lets time pass until it is known what became of a caller. */
async function settled<Value>(shown: Promise<Value>, { clock }: TestIdentity): Promise<Value> {
  let isSettled = false;
  void shown.then(() => {
    isSettled = true;
  });
  await eventually(() => {
    clock.advance(100);
    return isSettled || null;
  });
  return shown;
}
