import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { createManualClock, type ManualClock } from '../support/manualClock.ts';
import { startAdmin, type TestAdmin } from './adminFixture.ts';

const good = 'a-token-of-ann-0123';
const tokens = [{ name: 'ann', role: 'operator', token: good }];

let admin: TestAdmin;
let clock: ManualClock;
beforeEach(async () => {
  clock = createManualClock();
  admin = await startAdmin({ settings: { tokens }, clock });
});
afterEach(() => admin.close());

const show = async (token: string | null) => {
  const { status, headers } = await admin.ask(
    '{ status { ready } }',
    {},
    token === null ? {} : { authorization: `Bearer ${token}` },
  );
  return [status, headers['retry-after']];
};

describe('wrong tokens', () => {
  test('are looked at ten times, and then one in six seconds, and so are good ones from there', async () => {
    for (let at = 0; at < 10; at += 1)
      expect(await show(`wrong-token-number-${at}`)).toEqual([401, undefined]);
    expect(await show('wrong-token-0123456')).toEqual([429, '6']);
    expect(await show(good)).toEqual([429, '6']);
    clock.advance(5_000);
    expect(await show(good)).toEqual([429, '1']);
    clock.advance(1_000);
    expect(await show('wrong-token-0123456')).toEqual([401, undefined]);
    expect(await show(good)).toEqual([429, '6']);
    clock.advance(6_000);
    expect(await show(good)).toEqual([200, undefined]);
    clock.advance(60_000);
    for (let at = 0; at < 10; at += 1) expect((await show(`wrong-token-number-${at}`))[0]).toBe(401);
  });

  test('are told in the log by address, and never themselves', async () => {
    for (let at = 0; at < 12; at += 1) await show(`wrong-token-number-${at}`);
    expect(admin.logged).toEqual(
      Array.from({ length: 10 }, () => ({
        address: '127.0.0.1',
        message: 'A wrong token was shown to the admin',
      })),
    );
  });

  test('are what counts: no token, and a good one, are neither slowed down nor counted', async () => {
    for (let at = 0; at < 20; at += 1) expect((await show(null))[0]).toBe(401);
    for (let at = 0; at < 20; at += 1) expect((await show(good))[0]).toBe(200);
    for (let at = 0; at < 9; at += 1) await show('wrong-token-0123456');
    expect((await show(good))[0]).toBe(200);
  });

  test('are not forgotten because the tokens change', async () => {
    for (let at = 0; at < 10; at += 1) await show('wrong-token-0123456');
    admin.reconfigure({ tokens: [...tokens, { name: 'bob', token: 'a-token-of-bob-0123' }] });
    expect((await show(good))[0]).toBe(429);
  });
});

describe('tokens that change while the admin runs', () => {
  test('are good from then on, and those that are gone are not', async () => {
    admin.reconfigure({ tokens: [{ name: 'ann', role: 'operator', token: 'another-token-of-ann' }] });
    expect((await show(good))[0]).toBe(401);
    expect((await show('another-token-of-ann'))[0]).toBe(200);
  });

  test('on loopback may all go', async () => {
    admin.reconfigure({});
    expect((await show(null))[0]).toBe(200);
  });

  test('stay while others reach the admin, until the restart that moves it', async () => {
    const open = await startAdmin({ settings: { host: '0.0.0.0', tokens } });
    try {
      open.reconfigure({ host: '127.0.0.1' });
      const ask = async (headers: Record<string, string>) =>
        (await open.ask('{ status { ready } }', {}, headers)).status;
      expect([await ask({}), await ask({ authorization: `Bearer ${good}` })]).toEqual([401, 200]);
      expect(open.logged).toEqual([
        { message: 'Others reach the admin: its tokens stay until it is restarted on another admin.host' },
      ]);
    } finally {
      await open.close();
    }
  });

  test('guard every path but the page', async () => {
    for (const path of ['/graphql', '/metrics', '/nothing'])
      expect([path, (await admin.send({ method: 'GET', path })).status]).toEqual([path, 401]);
    expect((await admin.send({ method: 'GET', path: '/' })).status).toBe(200);
  });
});
