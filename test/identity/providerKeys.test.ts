import { randomUUID } from 'node:crypto';
import { afterEach, describe, expect, test } from '@jest/globals';
import { eventually } from '../support/adminClient.ts';
import { makeToken } from './makeToken.ts';
import type { ProviderFault } from './startFaultProxy.ts';
import { startIdentity, type TestIdentity } from './startIdentity.ts';
import { audience, type SigningKey, signingKey, startProvider, type TestProvider } from './startProvider.ts';
import { messages } from './tokenCases.ts';

const first = signingKey('first');
const second = signingKey('second');
const refreshMs = 300_000;

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function open(keys: readonly SigningKey[] = [first], settings: Record<string, unknown> = {}) {
  const provider = await startProvider(keys);
  closing.push(() => provider.stop());
  const world = await startIdentity({ providers: [{ issuer: provider.proxy.url, audience, ...settings }] });
  closing.push(() => world.close());
  return { provider, world };
}

function tokenOf(
  key: SigningKey,
  { provider, world }: { provider: TestProvider; world: TestIdentity },
  kid = key.kid,
) {
  const exp = world.clock.wallMs() / 1000 + 86_400;
  // Never the same twice, so that none is remembered.
  const claims = { iss: provider.proxy.url, aud: audience, sub: 'ann', exp, jti: randomUUID() };
  return makeToken({ alg: 'RS256', kid }, claims, key);
}

const taken = { session: { subject: 'ann' } };
const unknownKey = { code: 'UNAUTHENTICATED', message: messages.signature };
/** Real time for what is on its way over the loopback, where it must not have an effect. */
const settle = () => new Promise((resolve) => setTimeout(resolve, 50));

describe("a provider's keys", () => {
  test('are read before anybody shows a token, and once', async () => {
    const { provider, world } = await open();
    await eventually(() => (provider.proxy.asked('/jwks') === 1 ? true : null));
    for (let count = 0; count < 20; count += 1)
      expect(await world.bearer(tokenOf(first, { provider, world }))).toMatchObject(taken);
    expect([provider.proxy.asked('/jwks'), provider.proxy.asked('openid-configuration')]).toEqual([1, 1]);
  });

  test('are waited for by the tokens that come while they are read', async () => {
    const { provider, world } = await open();
    const shown = Array.from({ length: 50 }, () => world.bearer(tokenOf(first, { provider, world })));
    for (const verdict of await Promise.all(shown)) expect(verdict).toMatchObject(taken);
    expect(provider.proxy.asked('/jwks')).toBe(1);
  });

  test('of a rotation are found by the first token that is signed with one, and that by one fetch for all', async () => {
    const { provider, world } = await open();
    expect(await world.bearer(tokenOf(first, { provider, world }))).toMatchObject(taken);
    provider.rotate([second, first]);
    const shown = Array.from({ length: 50 }, () => world.bearer(tokenOf(second, { provider, world })));
    for (const verdict of await Promise.all(shown)) expect(verdict).toMatchObject(taken);
    expect(provider.proxy.asked('/jwks')).toBe(2);
    expect(world.bearerNow(tokenOf(first, { provider, world }))).toMatchObject(taken);
  });

  test('that are published ahead are known before they are used', async () => {
    const { provider, world } = await open();
    await world.bearer(tokenOf(first, { provider, world }));
    provider.rotate([first, second]);
    world.clock.advance(refreshMs);
    await eventually(
      () =>
        (world.bearerNow(tokenOf(first, { provider, world })) && provider.proxy.asked('/jwks') === 2) || null,
    );
    await eventually(() => world.bearerNow(tokenOf(second, { provider, world })));
    expect(provider.proxy.asked('/jwks')).toBe(2);
  });

  test('that are withdrawn take with them what they signed, remembered or not', async () => {
    const { provider, world } = await open();
    const token = tokenOf(first, { provider, world });
    expect(await world.bearer(token)).toMatchObject(taken);
    provider.rotate([second]);
    expect(world.bearerNow(token)).toMatchObject(taken);
    world.clock.advance(refreshMs);
    await eventually(() => (provider.proxy.asked('/jwks') === 2 ? true : null));
    await settle();
    expect(await world.bearer(token)).toMatchObject(unknownKey);
  });

  test('are read where jwksUri says, without discovery', async () => {
    const provider = await startProvider([first]);
    closing.push(() => provider.stop());
    const { proxy } = provider;
    const world = await startIdentity({
      providers: [{ issuer: proxy.url, audience, jwksUri: `${proxy.url}/jwks` }],
    });
    closing.push(() => world.close());
    expect(await world.bearer(tokenOf(first, { provider, world }))).toMatchObject(taken);
    expect(proxy.asked('openid-configuration')).toBe(0);
  });
});

const faults: ProviderFault[] = [
  'reset',
  'hangs',
  'trickles',
  'is cut off',
  'answers HTML',
  'answers an empty set',
  'answers 5 MB',
  'answers 500',
  'redirects',
];

describe.each(faults)('when the provider %s', (fault) => {
  test('the last good keys stay, it is told once, and its keys are read again when it is well', async () => {
    const { provider, world } = await open();
    expect(await world.bearer(tokenOf(first, { provider, world }))).toMatchObject(taken);
    provider.proxy.fail(fault);
    world.clock.advance(refreshMs);
    for (let attempt = 0; attempt < 3; attempt += 1) {
      await eventually(() => (provider.proxy.asked('') > 2 + attempt ? true : null));
      expect(world.bearerNow(tokenOf(first, { provider, world }))).toMatchObject(taken);
      world.clock.advance(2_000); // what hangs is given up
      await eventually(() => (world.clock.isAwaited(30_000) ? true : null));
      world.clock.advance(30_000);
    }
    expect(world.bearerNow(tokenOf(first, { provider, world }))).toMatchObject(taken);
    const told = world
      .logged()
      .split('\n')
      .filter((line) => line.includes('cannot be read'));
    expect(told).toHaveLength(1);

    provider.rotate([first, second]);
    provider.proxy.fail(null);
    await eventually(() => {
      world.clock.advance(30_000);
      const shown = world.bearerNow(tokenOf(second, { provider, world }));
      return shown && 'session' in shown ? true : null;
    });
    expect(world.logged()).toContain('can be read again');
  });

  test('and nothing of it was ever read, its tokens are a 503 until it is well', async () => {
    const provider = await startProvider([first]);
    closing.push(() => provider.stop());
    provider.proxy.fail(fault);
    const world = await startIdentity({ providers: [{ issuer: provider.proxy.url, audience }] });
    closing.push(() => world.close());
    const shown = world.bearer(tokenOf(first, { provider, world }));
    let isSettled = false;
    void shown.then(() => {
      isSettled = true;
    });
    await eventually(() => {
      world.clock.advance(1_000);
      return isSettled || null;
    });
    expect(await shown).toMatchObject({ code: 'AUTHORIZER_UNAVAILABLE', challenge: undefined });
    provider.proxy.fail(null);
    await eventually(async () => {
      world.clock.advance(1_000);
      const verdict = world.bearerNow(tokenOf(first, { provider, world }));
      return verdict && 'session' in verdict ? true : null;
    });
  });
});

describe('tokens with a kid that nobody knows', () => {
  test('make the gateway ask twice and then once in 30 s, however many come, and keep nobody waiting after that', async () => {
    const { provider, world } = await open();
    const good = tokenOf(first, { provider, world });
    expect(await world.bearer(good)).toMatchObject(taken);
    const flood = (count: number) =>
      Promise.all(
        Array.from({ length: count }, () => world.bearer(tokenOf(first, { provider, world }, randomUUID()))),
      );
    const fetches = () => provider.proxy.asked('/jwks') - 1;

    const shown = await flood(500);
    for (const verdict of shown) expect(verdict).toMatchObject(unknownKey);
    expect(fetches()).toBe(2);

    // From now on no fetch, and so nothing to wait for: the provider could not even answer.
    provider.proxy.fail('hangs');
    expect(await flood(500)).toEqual(shown);
    expect(world.bearerNow(good)).toMatchObject(taken);
    world.clock.advance(29_999);
    expect(await flood(10)).toEqual(shown.slice(0, 10));
    expect(fetches()).toBe(2);

    provider.proxy.fail(null);
    world.clock.advance(1);
    expect(await flood(500)).toEqual(shown);
    expect(fetches()).toBe(3);
    // A budget that was not used does not grow beyond two.
    world.clock.advance(refreshMs - 1);
    await flood(200);
    await flood(200);
    await flood(200);
    expect(fetches()).toBeLessThanOrEqual(6); // the refresh is one of them
  });

  test('wait 2 s for the fetch that was made for them, and no longer', async () => {
    const { provider, world } = await open();
    expect(await world.bearer(tokenOf(first, { provider, world }))).toMatchObject(taken);
    provider.proxy.fail('hangs');
    const shown = world.bearer(tokenOf(second, { provider, world }));
    let isSettled = false;
    void shown.then(() => {
      isSettled = true;
    });
    await eventually(() => (provider.proxy.asked('/jwks') === 2 ? true : null));
    world.clock.advance(1_999);
    await settle();
    expect(isSettled).toBe(false);
    world.clock.advance(1);
    expect(await shown).toMatchObject(unknownKey);
  });

  test('do not hide a rotation: a token that comes while somebody looks is looked for once more', async () => {
    const { provider, world } = await open();
    expect(await world.bearer(tokenOf(first, { provider, world }))).toMatchObject(taken);
    const stranger = world.bearer(tokenOf(first, { provider, world }, 'stranger'));
    provider.rotate([second]);
    expect(await world.bearer(tokenOf(second, { provider, world }))).toMatchObject(taken);
    expect(await stranger).toMatchObject(unknownKey);
  });

  test('leave with their client', async () => {
    const { provider, world } = await open();
    expect(await world.bearer(tokenOf(first, { provider, world }))).toMatchObject(taken);
    provider.proxy.fail('hangs');
    const leaving = new AbortController();
    const shown = world.identity.identify({
      headers: { authorization: `Bearer ${tokenOf(second, { provider, world })}` },
      signal: leaving.signal,
    });
    leaving.abort(new Error('gone'));
    await expect(shown).rejects.toThrow('gone');
    // Who has left before is told so, and what fails then is nobody's.
    const headers = { authorization: `Bearer ${tokenOf(second, { provider, world })}` };
    await expect(world.identity.identify({ headers, signal: leaving.signal })).rejects.toThrow('gone');
    world.clock.advance(2_000);
    await settle();
  });
});

describe('changed settings', () => {
  test('keep the keys of a provider that stays, and what is not listed any more is foreign', async () => {
    const { provider, world } = await open();
    const token = tokenOf(first, { provider, world });
    expect(await world.bearer(token)).toMatchObject(taken);
    const { identityOptions } = await import('../../src/identity/identity.ts');
    const listed = { issuer: provider.proxy.url, audience };
    world.identity.reconfigure(identityOptions.parse({ providers: [listed], required: true }));
    expect(world.bearerNow(token)).toMatchObject(taken);
    expect(await world.show({})).toMatchObject({
      code: 'UNAUTHENTICATED',
      challenge: 'Bearer realm="sluice"',
    });
    expect(provider.proxy.asked('/jwks')).toBe(1);

    world.identity.reconfigure(identityOptions.parse({ providers: [{ ...listed, audience: 'other' }] }));
    expect(await world.bearer(token)).toMatchObject({ message: messages.audience });
    expect(await world.show({})).toMatchObject({ session: { identified: false } });

    const elsewhere = { issuer: 'http://127.0.0.1:1', audience, jwksUri: 'http://127.0.0.1:1/jwks' };
    world.identity.reconfigure(identityOptions.parse({ providers: [elsewhere] }));
    expect(await world.bearer(token)).toMatchObject({ message: messages.foreignIssuer });

    world.identity.reconfigure(identityOptions.parse({}));
    expect(await world.bearer(token)).toMatchObject({ session: { identified: false } });
  });

  test('and an end while keys are read leave nobody waiting', async () => {
    const { provider, world } = await open();
    await eventually(() => (provider.proxy.asked('/jwks') === 1 ? true : null));
    await settle();
    provider.proxy.fail('hangs');
    const shown = world.bearer(tokenOf(second, { provider, world }));
    await eventually(() => (provider.proxy.asked('/jwks') === 2 ? true : null));
    await world.identity.close();
    expect(await shown).toMatchObject({ code: 'AUTHORIZER_UNAVAILABLE' });
  });
});
