import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { eventually } from '../support/adminClient.ts';
import { makeToken } from './makeToken.ts';
import type { ProviderFault } from './startFaultProxy.ts';
import { startIdentity, type TestIdentity } from './startIdentity.ts';
import { audience, gatewayClient, signingKey, startProvider, type TestProvider } from './startProvider.ts';
import { messages } from './tokenCases.ts';

const key = signingKey('rsa');
const endpoint = '/token/introspection';
const inactive = { code: 'UNAUTHENTICATED', message: 'The token is not valid, says its issuer.' };

let provider: TestProvider;
beforeAll(async () => {
  provider = await startProvider([key]);
});
afterAll(() => provider.stop());

let world: TestIdentity;
let before: number;
beforeEach(async () => {
  world = await startIdentity({ providers: [{ issuer: provider.proxy.url, introspection: gatewayClient }] });
  before = provider.proxy.asked(endpoint);
});
afterEach(async () => {
  provider.proxy.fail(null);
  await world.close();
});
const questions = () => provider.proxy.asked(endpoint) - before;

describe('a provider that is asked about tokens', () => {
  test('says who shows one, at an endpoint that is discovered, to a gateway that says who it is', async () => {
    expect(await world.bearer(await provider.issue({ opaque: true }))).toMatchObject({
      session: {
        identified: true,
        subject: 'a-client',
        issuer: provider.proxy.url,
        consumer: 'a-client',
        scopes: new Set(['trips:read', 'trips:write']),
        claims: { active: true, token_type: 'Bearer' },
      },
    });
  });

  test('is asked once for a token in 30 s, however often it comes', async () => {
    const token = await provider.issue({ opaque: true });
    const shown = await Promise.all(Array.from({ length: 20 }, () => world.bearer(token)));
    for (const verdict of shown) expect(verdict).toHaveProperty('session');
    expect(questions()).toBe(1);
    world.clock.advance(29_999);
    expect(world.bearerNow(token)).toHaveProperty('session');
    world.clock.advance(1);
    expect(await world.bearer(token)).toHaveProperty('session');
    expect(questions()).toBe(2);
  });

  test('has a token revoked within that time', async () => {
    const token = await provider.issue({ opaque: true });
    expect(await world.bearer(token)).toHaveProperty('session');
    await provider.revoke(token);
    expect(world.bearerNow(token)).toHaveProperty('session');
    world.clock.advance(30_000);
    expect(await world.bearer(token)).toMatchObject(inactive);
  });

  test('is not asked twice in 10 s about a token that is nothing', async () => {
    for (let count = 0; count < 5; count += 1) expect(await world.bearer('no-token')).toMatchObject(inactive);
    expect(questions()).toBe(1);
    world.clock.advance(10_000);
    expect(await world.bearer('no-token')).toMatchObject(inactive);
    expect(questions()).toBe(2);
  });

  test('is not asked about what cannot be a token, nor about a token of another issuer', async () => {
    expect(await world.bearer('two words')).toMatchObject({ message: messages.malformed });
    expect(await world.bearer('ümlaut')).toMatchObject({ message: messages.malformed });
    expect(await world.bearer('x'.repeat(20_000))).toMatchObject({ message: messages.malformed });
    const foreign = makeToken(
      { alg: 'RS256', kid: 'rsa' },
      { iss: 'https://idp.example', sub: 'ann', exp: 4e9 },
      key,
    );
    expect(await world.bearer(foreign)).toMatchObject({ message: messages.foreignIssuer });
    expect(questions()).toBe(0);
  });

  test('is asked about its signed tokens, too: it may have revoked them', async () => {
    // This one answers 400: it does not speak about them. Then it needs jwksUri, too, and until then nobody is let in.
    expect(await world.bearer(await provider.issue())).toMatchObject({ code: 'AUTHORIZER_UNAVAILABLE' });
    expect(questions()).toBe(1);
  });

  test('beside jwksUri is asked only about tokens that are not signed', async () => {
    const { url } = provider.proxy;
    const both = await startIdentity({
      providers: [{ issuer: url, audience, jwksUri: `${url}/jwks`, introspection: gatewayClient }],
    });
    expect(await both.bearer(await provider.issue())).toHaveProperty('session');
    expect(questions()).toBe(0);
    expect(await both.bearer(await provider.issue({ opaque: true }))).toHaveProperty('session');
    expect(questions()).toBe(1);
    await both.close();
  });

  test('may say yes, and the token is still meant for somebody else', async () => {
    const strict = await startIdentity({
      providers: [{ issuer: provider.proxy.url, audience: 'elsewhere', introspection: gatewayClient }],
    });
    const token = await provider.issue({ opaque: true });
    expect(await strict.bearer(token)).toMatchObject({ message: messages.audience });
    await strict.close();
  });

  test('one of several knows a token; the others are asked before it is refused', async () => {
    const other = await startProvider([key]);
    const several = await startIdentity({
      providers: [other, provider].map(({ proxy }) => ({ issuer: proxy.url, introspection: gatewayClient })),
    });
    const token = await provider.issue({ opaque: true });
    expect(await several.bearer(token)).toMatchObject({ session: { issuer: provider.proxy.url } });
    expect(other.proxy.asked(endpoint)).toBe(1);
    // While the first cannot be asked the second can say yes; that it does not know a token says nothing.
    other.proxy.fail('answers 500');
    const next = await provider.issue({ opaque: true });
    expect(await several.bearer(next)).toHaveProperty('session');
    expect(await several.bearer('no-token')).toMatchObject({ code: 'AUTHORIZER_UNAVAILABLE' });
    await several.close();
    await other.stop();
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

describe.each(faults)('when a provider that is asked %s', (fault) => {
  test('a token is a 503, neither a way in nor a 401, and what is known goes on', async () => {
    const known = await provider.issue({ opaque: true });
    expect(await world.bearer(known)).toHaveProperty('session');
    const token = await provider.issue({ opaque: true });
    provider.proxy.fail(fault);
    const shown = world.bearer(token);
    let isSettled = false;
    void shown.then(() => {
      isSettled = true;
    });
    await eventually(() => {
      world.clock.advance(500);
      return isSettled || null;
    });
    expect(await shown).toMatchObject({ code: 'AUTHORIZER_UNAVAILABLE', challenge: undefined });
    expect(JSON.stringify(await shown)).not.toContain(token);
    expect(world.bearerNow(known)).toHaveProperty('session');
    provider.proxy.fail(null);
    expect(await world.bearer(token)).toHaveProperty('session');
  });
});

test('a provider that does not know the gateway is told to the operator, and its tokens are a 503', async () => {
  const stranger = await startIdentity({
    providers: [
      { issuer: provider.proxy.url, introspection: { ...gatewayClient, clientSecret: 'another-secret' } },
    ],
  });
  const token = await provider.issue({ opaque: true });
  expect(await stranger.bearer(token)).toMatchObject({
    code: 'AUTHORIZER_UNAVAILABLE',
    reason: { issuer: provider.proxy.url },
  });
  expect(stranger.logged()).not.toContain('another-secret');
  await stranger.close();
});

test('only so many questions wait for a provider that hangs', async () => {
  const tokens = await Promise.all(Array.from({ length: 300 }, async (_, index) => `invented-${index}`));
  provider.proxy.fail('hangs');
  const shown = tokens.map((token) => world.bearer(token));
  const refused = await Promise.all(shown.slice(256));
  for (const verdict of refused) expect(verdict).toMatchObject({ code: 'AUTHORIZER_UNAVAILABLE' });
  world.clock.advance(2_000);
  for (const verdict of await Promise.all(shown))
    expect(verdict).toMatchObject({ code: 'AUTHORIZER_UNAVAILABLE' });
});
