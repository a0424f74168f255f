import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { createManualClock } from '../support/manualClock.ts';
import { onEachStore, onPostgres } from '../support/stores.ts';
import { dataOf, startAdmin, type TestAdmin } from './adminFixture.ts';

const tokenOf = (name: string) => `a-token-of-${name}-0123456789`;
const tokens = [
  { name: 'olga', role: 'operator', token: tokenOf('olga') },
  { name: 'vera', role: 'viewer', token: tokenOf('vera') },
];
const secretSdl = 'type Query { anUnheardOfField: Int }';
const publish = `mutation ($sdl: String!, $name: String!) {
  publish(subgraphs: [{ name: $name, url: "http://127.0.0.1:1/x", sdl: $sdl }], allowBreaking: true) { version }
}`;
const fields = 'id at by role address action target result code requestId details';

onEachStore((store) => {
  let folder: string;
  let storeUrl: string;
  let admin: TestAdmin;
  const clock = createManualClock();
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sluice-audit-'));
    storeUrl = await store.place(folder);
    admin = await startAdmin({ settings: { tokens }, storeUrl, clock });
  });
  afterEach(async () => {
    await admin.close();
    await rm(folder, { recursive: true, force: true });
  });
  const as = (name: string, query: string, variables: object = {}) =>
    admin.ask(query, variables, { authorization: `Bearer ${tokenOf(name)}` });
  const audit = async (page = '') =>
    (await as('olga', `{ audit${page} { ${fields} } }`)).json.data?.audit as Record<string, unknown>[];

  test('a change is told: who, from where, what of which, and what came of it', async () => {
    const { headers } = await as('olga', publish, { name: 'words', sdl: secretSdl });
    const entry = {
      id: 1,
      by: 'olga',
      role: 'operator',
      address: '127.0.0.1',
      action: 'publish',
      target: 'words',
      code: null,
      requestId: headers['x-request-id'],
      details: {
        subgraphs: [
          { name: 'words', url: 'http://127.0.0.1:1/x', sdlHash: expect.stringMatching(/^[0-9a-f]{64}$/) },
        ],
        allowBreaking: true,
        version: 1,
        changed: true,
      },
    };
    const at = new Date(clock.wallMs()).toISOString();
    expect(await audit()).toEqual([{ ...entry, at, result: 'DONE' }]);
    expect(admin.changesLogged).toEqual([{ ...entry, result: 'done' }]);
  });

  test('what was refused is told as well: for the role, for what was asked, by composition', async () => {
    await as('vera', publish, { name: 'words', sdl: secretSdl });
    await as('olga', publish, { name: 'words', sdl: 'type Query {' });
    await as('olga', 'mutation { suspendConsumer(name: "nobody") { name } }');
    await as('olga', 'mutation { rollback(version: 7) { version } }');
    const told = (await audit()).map(({ id, by, action, target, result, code }) =>
      [id, by, action, target, result, code].join(' '),
    );
    expect(told).toEqual([
      '4 olga rollback 7 REFUSED NOT_FOUND',
      '3 olga suspendConsumer nobody REFUSED NOT_FOUND',
      '2 olga publish words REFUSED COMPOSITION_FAILED',
      '1 vera publish words REFUSED FORBIDDEN',
    ]);
  });

  test('no secret is in it, in the store or in the log', async () => {
    await as('olga', publish, { name: 'words', sdl: secretSdl });
    const created = await as('olga', 'mutation { createKey(consumer: "acme", plan: "gold") { key id } }');
    const { key, id } = dataOf<{ createKey: { key: string; id: string } }>(created).createKey;
    const [entry] = await audit();
    expect(entry).toMatchObject({ action: 'createKey', target: 'acme', details: { id, plan: 'gold' } });
    const told = JSON.stringify([await audit(), admin.changesLogged, admin.logged]);
    for (const secret of [key, 'anUnheardOfField', tokenOf('olga')]) expect(told).not.toContain(secret);
    const kept = await store.contents(storeUrl);
    for (const secret of [key, tokenOf('olga')]) expect(kept).not.toContain(secret);
  });

  test('names that no store takes or no terminal should get are told without that, and long ones in short', async () => {
    await as('olga', publish, { name: 'a\u0000b\u001b[2J', sdl: 'x' });
    await as('olga', publish, { name: 'n'.repeat(100_000), sdl: 'x' });
    const [long, odd] = await audit();
    expect(odd).toMatchObject({ target: 'a\ufffdb\ufffd[2J', result: 'REFUSED' });
    expect(long).toMatchObject({
      target: `${'n'.repeat(500)}…`,
      details: { leftOut: 'they were too long to be kept' },
    });
  });

  test('is read page by page, and has no gaps, whoever changes something at the same time', async () => {
    const other = await startAdmin({ settings: { tokens }, storeUrl, clock });
    try {
      const headers = { authorization: `Bearer ${tokenOf('vera')}` };
      const refusals = Array.from({ length: 20 }, (_, at) =>
        (at % 2 ? admin : other).ask(publish, { name: `s${at}`, sdl: 'x' }, headers),
      );
      await Promise.all(refusals);
    } finally {
      await other.close();
    }
    const ids = (entries: readonly { id?: unknown }[]) => entries.map(({ id }) => id);
    expect(ids(await audit())).toEqual(Array.from({ length: 20 }, (_, at) => 20 - at));
    expect(ids(await audit('(first: 3)'))).toEqual([20, 19, 18]);
    expect(ids(await audit('(first: 3, after: 18)'))).toEqual([17, 16, 15]);
    expect(ids(await audit('(first: 3, after: 1)'))).toEqual([]);
    await as('olga', 'mutation { rollback(version: 7) { version } }');
    expect(ids(await audit('(by: "olga")'))).toEqual([21]);
    expect(ids(await audit('(first: 2, action: "publish", by: "vera")'))).toEqual([20, 19]);
    expect(ids(await audit('(action: "rollback", by: "vera")'))).toEqual([]);
    const { status, json } = await as('olga', '{ audit(first: 1001) { id } }');
    expect([status, json.errors?.[0]?.message]).toEqual([400, 'first is 1001; allowed: 1 to 1000.']);
  });

  test('forgets what is older than it is to keep, and goes on counting', async () => {
    await as('vera', publish, { name: 'old', sdl: 'x' });
    clock.advance(401 * 86_400_000);
    await as('vera', publish, { name: 'new', sdl: 'x' });
    expect((await audit()).map(({ id, target }) => [id, target])).toEqual([[2, 'new']]);
    admin.reconfigure({ tokens, audit: { keep: '1d' } });
    clock.advance(2 * 86_400_000);
    await as('vera', publish, { name: 'newer', sdl: 'x' });
    expect((await audit()).map(({ id, target }) => [id, target])).toEqual([[3, 'newer']]);
  });

  test('without tokens the author is who they say', async () => {
    admin.reconfigure({});
    await admin.ask('mutation { suspendConsumer(name: "x", author: "ann") { name } }');
    await admin.ask('mutation { suspendConsumer(name: "x", author: "a\\nb") { name } }');
    const { json } = await admin.ask('{ audit { by role code } }');
    expect(json.data?.audit).toEqual([
      { by: 'admin', role: null, code: 'BAD_USER_INPUT' },
      { by: 'ann', role: null, code: 'NOT_FOUND' },
    ]);
  });
});

onPostgres((store) => {
  test('a change whose entry cannot be written is answered, and its line in the log says so', async () => {
    const storeUrl = await store.place('');
    const admin = await startAdmin({ settings: { tokens }, storeUrl });
    try {
      const headers = { authorization: `Bearer ${tokenOf('vera')}` };
      await admin.ask(publish, { name: 'words', sdl: 'x' }, headers);
      await store.lose(storeUrl);
      expect((await admin.ask(publish, { name: 'words', sdl: 'x' }, headers)).status).toBe(403);
      expect(admin.logged).toEqual([
        expect.objectContaining({
          message: 'admin change, which could not be written to the audit',
          by: 'vera',
          action: 'publish',
          code: 'FORBIDDEN',
        }),
      ]);
    } finally {
      await admin.close();
    }
  });
});
