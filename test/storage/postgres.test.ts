import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import { systemClock } from '../../src/base/clock.ts';
import type { Log } from '../../src/model/log.ts';
import { openStorage, type Storage, storageOptions } from '../../src/storage/storage.ts';
import { freePort } from '../support/sluiceProcess.ts';
import { startPostgres } from '../support/startPostgres.ts';
import { startTcpProxy, type TcpProxy } from '../support/startTcpProxy.ts';
import { asAdministrator, onPostgres, postgres } from '../support/stores.ts';

onPostgres((store) => {
  let url: URL;
  let logged: string;
  const closes: Array<() => Promise<void>> = [];
  beforeEach(async () => {
    url = new URL(await store.place(''));
    logged = '';
  });
  afterEach(async () => {
    for (const close of closes.splice(0).reverse()) await close();
    expect(logged).not.toContain(`:${url.password}`);
  });

  const write = (fields: object, message: string): void => {
    logged += `${message} ${JSON.stringify({ ...fields, err: String((fields as { err?: unknown }).err) })}\n`;
  };
  const log: Log = { debug: write, info: write, warn: write, error: write };

  function openAt(at: URL, options: Record<string, unknown> = {}, folder = '.'): Storage {
    const settings = storageOptions.parse({ url: at.href, postgres: options });
    const storage = openStorage(settings, { folder, clock: systemClock, log, migrations: [] });
    closes.push(() => storage.close());
    return storage;
  }

  /** The same store under another address. */
  function moved(
    changes: Partial<Record<'hostname' | 'port' | 'password' | 'pathname' | 'search', string>>,
  ): URL {
    return Object.assign(new URL(url), changes);
  }

  async function proxied(): Promise<{ proxy: TcpProxy; through: URL }> {
    const proxy = await startTcpProxy({ host: url.hostname, port: Number(url.port) });
    closes.push(() => proxy.stop());
    return { proxy, through: moved({ hostname: '127.0.0.1', port: `${proxy.port}` }) };
  }

  const one = async ({ database }: Storage): Promise<unknown> =>
    (await sql<{ one: number }>`select 1 as one`.execute(database)).rows;
  const answered = [{ one: 1 }];
  const unavailable = (message: string) => ({ code: 'STORE_UNAVAILABLE', status: 503, message });

  /** Until it is so, at most a minute. */
  async function until(isSo: () => Promise<boolean>): Promise<void> {
    const deadlineMs = performance.now() + 60_000;
    while (!(await isSo())) {
      if (performance.now() > deadlineMs) throw new Error(`Waited in vain for ${isSo}`);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }

  describe('a Postgres that cannot be reached', () => {
    test('since nobody listens: every query says so, and the first one that gets through goes on', async () => {
      const { proxy, through } = await proxied();
      proxy.set('closed');
      const storage = openAt(through);
      await expect(one(storage)).rejects.toMatchObject(unavailable('The store cannot be reached'));
      await expect(one(openAt(moved({ port: `${await freePort()}` })))).rejects.toMatchObject(
        unavailable('The store cannot be reached'),
      );
      proxy.set('open');
      expect(await one(storage)).toEqual(answered);
    });

    test('since there is no such name', async () => {
      await expect(one(openAt(moved({ hostname: 'nowhere.invalid' })))).rejects.toMatchObject(
        unavailable('The store cannot be reached'),
      );
    });

    test('since nobody answers: a query waits as long as it may, and connections that hang are not used again', async () => {
      const { proxy, through } = await proxied();
      const storage = openAt(through, { connectTimeout: '2s', queryTimeout: '500ms' });
      proxy.set('silent');
      await expect(one(storage)).rejects.toMatchObject(unavailable('The store cannot be reached'));
      proxy.set('open');
      expect(await one(storage)).toEqual(answered);
      proxy.set('silent');
      await expect(one(storage)).rejects.toMatchObject(unavailable('The store did not answer in time'));
      proxy.set('open');
      expect(await one(storage)).toEqual(answered);
    });

    test('with this password, this name of a database, or any more connections', async () => {
      await expect(one(openAt(moved({ password: 'canary-password' })))).rejects.toMatchObject(
        unavailable('The store does not let Sluice in'),
      );
      const { proxy, through } = await proxied();
      through.password = '';
      await expect(one(openAt(through))).rejects.toMatchObject(
        unavailable('The store does not let Sluice in'),
      );
      await until(async () => proxy.count() === 0);
      await expect(one(openAt(moved({ pathname: '/nowhere' })))).rejects.toMatchObject(
        unavailable('The store has no database of this name'),
      );
      await asAdministrator(`alter role ${url.username} connection limit 0`);
      await expect(one(openAt(url))).rejects.toMatchObject(
        unavailable('The store takes no more connections'),
      );
      expect(logged).not.toContain('canary-password');
    });

    test('by a password that others keep for somebody else', async () => {
      process.env.PGPASSWORD = url.password;
      closes.push(async () => {
        delete process.env.PGPASSWORD;
      });
      await expect(one(openAt(moved({ password: '' })))).rejects.toMatchObject(
        unavailable('The store does not let Sluice in'),
      );
    });

    test('takes its password from the settings, as it is', async () => {
      const password = 'p@ss/w#rd?%2F:é';
      await asAdministrator(`alter role ${url.username} password '${password}'`);
      expect(await one(openAt(moved({ password: '' }), { password }))).toEqual(answered);
      expect(await one(openAt(moved({ password: encodeURIComponent(password) })))).toEqual(answered);
    });
  });

  describe('a connection', () => {
    test('that ends is none of the next query, whether it was used or not', async () => {
      const storage = openAt(url);
      await one(storage);
      const end = `select pg_terminate_backend(pid) from pg_stat_activity where usename = '${url.username}'`;
      await asAdministrator(end);
      await until(async () => logged.includes('A connection to the store has ended'));
      expect(await one(storage)).toEqual(answered);
      const sleeping = sql`select pg_sleep(60)`.execute(storage.database);
      const told = expect(sleeping).rejects.toMatchObject(
        unavailable('The store is shutting down or starting up'),
      );
      await until(async () => (await asAdministrator(`${end} and query like '%sleep%'`)).length > 0);
      await told;
      expect(await one(storage)).toEqual(answered);
    });

    test('is one of few, for any number of queries', async () => {
      const storage = openAt(url, { maxConnections: 3 });
      const slow = Array.from({ length: 12 }, () => sql`select pg_sleep(0.05)`.execute(storage.database));
      const count = `select count(*)::int as count from pg_stat_activity where usename = '${url.username}'`;
      await until(async () => (await asAdministrator(count))[0]?.count === 3);
      await Promise.all(slow);
      expect(await asAdministrator(count)).toEqual([{ count: 3 }]);
      const long = Array.from({ length: 3 }, () => sql`select pg_sleep(1)`.execute(storage.database));
      const impatient = openAt(url, { maxConnections: 1, connectTimeout: '1s' });
      await one(impatient);
      const held = sql`select pg_sleep(9)`.execute(impatient.database);
      const ended = expect(held).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
      const isHeld = `usename = '${url.username}' and query like '%pg_sleep(9)%'`;
      await until(async () => (await asAdministrator(`${count} and ${isHeld}`))[0]?.count === 1);
      await expect(one(impatient)).rejects.toMatchObject(unavailable('The store did not answer in time'));
      await asAdministrator(`select pg_cancel_backend(pid) from pg_stat_activity where ${isHeld}`);
      await Promise.all([...long, ended]);
    });

    test('is closed with the store, and leaves nothing behind', async () => {
      const storage = openAt(url);
      await one(storage);
      await storage.close();
      const count = `select 1 from pg_stat_activity where usename = '${url.username}'`;
      await until(async () => (await asAdministrator(count)).length === 0);
    });
  });

  describe('a statement', () => {
    test('that takes too long is ended by the server, and the connection goes on', async () => {
      const storage = openAt(url, { queryTimeout: '500ms', maxConnections: 1 });
      await one(storage);
      const pid = async () =>
        (await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(storage.database)).rows[0]?.pid;
      const before = await pid();
      await expect(sql`select pg_sleep(60)`.execute(storage.database)).rejects.toMatchObject(
        unavailable('The store did not answer in time'),
      );
      expect(await pid()).toBe(before);
    });

    test('that waits for what another one changes waits so long, and no longer', async () => {
      const [holder, waiter] = [openAt(url), openAt(url, { lockTimeout: '100ms' })];
      await one(waiter);
      await holder.change('notes', async () => {
        await expect(waiter.change('notes', async () => 1)).rejects.toMatchObject(
          unavailable('The store is locked by another process'),
        );
        expect(await waiter.change('others', async () => 2)).toBe(2);
      });
      expect(await waiter.change('notes', async () => 3)).toBe(3);
    });

    test('that writes where nobody may is refused, until one may: also when that needs a new connection', async () => {
      const storage = openAt(url, { maxConnections: 1 });
      await asAdministrator(`alter role ${url.username} set default_transaction_read_only = on`);
      const create = () => sql`create table notes (id int)`.execute(storage.database);
      await expect(create()).rejects.toMatchObject(
        unavailable('The store cannot be written: it is read-only'),
      );
      await asAdministrator(`alter role ${url.username} reset default_transaction_read_only`);
      await create();
    });

    test('that asks for tables that are gone, or may not be used, is told apart from a faulty one', async () => {
      const storage = openAt(url);
      await expect(sql`select * from gone`.execute(storage.database)).rejects.toMatchObject(
        unavailable('The store has no tables of Sluice any more'),
      );
      await expect(sql`select * from pg_authid`.execute(storage.database)).rejects.toMatchObject(
        unavailable('The store does not let Sluice do this'),
      );
      await expect(sql`selec 1`.execute(storage.database)).rejects.toMatchObject({ code: '42601' });
    });
  });

  describe('a change', () => {
    test('that stops halfway gives way: the server ends it, and it is told', async () => {
      const [slow, other] = [openAt(url, { queryTimeout: '700ms' }), openAt(url, { lockTimeout: '10s' })];
      const { promise: halfway, resolve: getHalfway } = Promise.withResolvers<void>();
      const { promise: resumed, resolve: resume } = Promise.withResolvers<void>();
      const stopped = slow.change('notes', async (transaction) => {
        await sql`create table half (id int)`.execute(transaction);
        getHalfway();
        await resumed;
        await sql`insert into half values (1)`.execute(transaction);
      });
      const told = expect(stopped).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
      await halfway;
      await other.change('notes', async (transaction) => {
        const { rows } = await sql`select to_regclass('half') as half`.execute(transaction);
        expect(rows).toEqual([{ half: null }]);
      });
      resume();
      await told;
      expect(await one(slow)).toEqual(answered);
    });

    test('in which a statement failed is not taken for done', async () => {
      const storage = openAt(url);
      const careless = storage.change('notes', async (transaction) => {
        await sql`selec 1`.execute(transaction).catch(() => undefined);
      });
      await expect(careless).rejects.toThrow('A transaction was committed in which a statement had failed');
    });
  });

  test('a database that cannot hold every character is refused', async () => {
    const name = `${url.username}_latin1`;
    await asAdministrator(
      `create database ${name} encoding 'LATIN1' locale_provider libc locale 'C' template template0`,
    );
    closes.push(async () => void (await asAdministrator(`drop database ${name}`)));
    await expect(one(openAt(moved({ pathname: `/${name}` })))).rejects.toMatchObject({
      ...unavailable("The store's database must have the encoding UTF8"),
      detail: { encoding: 'LATIN1' },
    });
  });

  const describeTls = postgres.certificate === null ? describe.skip : describe;
  describeTls('encryption', () => {
    let folder: string;
    beforeEach(async () => {
      folder = await mkdtemp(join(tmpdir(), 'sluice-certificate-'));
      closes.push(() => rm(folder, { recursive: true, force: true }));
      await writeFile(join(folder, 'ca.pem'), postgres.certificate ?? '');
    });

    test.each<[string, string, string, boolean | 'refused']>([
      ['disable', '127.0.0.1', '', false],
      ['require', '127.0.0.1', '', true],
      ['require', 'localhost', '&sslrootcert=ca.pem', true],
      ['verify-ca', '127.0.0.1', '', 'refused'],
      ['verify-ca', '127.0.0.1', '&sslrootcert=ca.pem', true],
      ['verify-full', 'localhost', '', 'refused'],
      ['verify-full', 'localhost', '&sslrootcert=ca.pem', true],
      ['verify-full', '127.0.0.1', '&sslrootcert=ca.pem', 'refused'],
    ])('sslmode=%s at %s%s: %s', async (mode, hostname, more, expected) => {
      const storage = openAt(moved({ hostname, search: `?sslmode=${mode}${more}` }), {}, folder);
      const asked = sql`select ssl from pg_stat_ssl where pid = pg_backend_pid()`.execute(storage.database);
      if (expected === 'refused')
        await expect(asked).rejects.toMatchObject(unavailable('The store cannot be reached'));
      else expect((await asked).rows).toEqual([{ ssl: expected }]);
    });

    test('needs the file of certificates that is named', async () => {
      const search = '?sslmode=verify-full&sslrootcert=missing.pem';
      await expect(one(openAt(moved({ search }), {}, folder))).rejects.toMatchObject({
        ...unavailable('The certificates for the store cannot be read'),
        detail: { path: join(folder, 'missing.pem') },
      });
    });

    test('is missed where it would matter, and nobody said it does not', async () => {
      openAt(moved({ hostname: 'db.invalid' }));
      expect(logged).toContain('The store is reached without encryption');
      logged = '';
      openAt(moved({ hostname: 'db.invalid', search: '?sslmode=disable' }));
      openAt(url);
      expect(logged).toBe('');
    });
  });
});

const describeOwn = postgres.missing === null && !process.env.DATABASE_URL ? describe : describe.skip;
describeOwn('a Postgres that is restarted', () => {
  test('refuses while it is away, and is used as soon as it is back, with what was written', async () => {
    const server = await startPostgres();
    const storage = openStorage(storageOptions.parse({ url: server.url ?? '' }), {
      clock: systemClock,
      log: silent,
      migrations: [],
    });
    try {
      await sql`create table notes (id int); insert into notes values (1)`.execute(storage.database);
      await server.stop();
      await expect(sql`select * from notes`.execute(storage.database)).rejects.toMatchObject({
        code: 'STORE_UNAVAILABLE',
      });
      await server.start();
      const { rows } = await sql`select * from notes`.execute(storage.database);
      expect(rows).toEqual([{ id: 1 }]);
    } finally {
      await storage.close();
      await server.end();
    }
  });
});

const ignore = (): void => undefined;
const silent: Log = { debug: ignore, info: ignore, warn: ignore, error: ignore };
