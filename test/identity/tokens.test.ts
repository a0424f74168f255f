import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { makeToken } from './makeToken.ts';
import { startIdentity, type TestIdentity, type Verdict } from './startIdentity.ts';
import { audience, startProvider, type TestProvider } from './startProvider.ts';
import { keys, messages, tokenCases } from './tokenCases.ts';

let provider: TestProvider;
let world: TestIdentity;
beforeAll(async () => {
  provider = await startProvider(Object.values(keys));
  world = await startIdentity({ providers: [{ issuer: provider.proxy.url, audience }] });
});
afterAll(async () => {
  await world.close();
  await provider.stop();
});

const at = () => ({ issuer: provider.proxy.url, now: world.clock.wallMs() / 1000 });
const challengeOf = (message: string) =>
  `Bearer realm="sluice", error="invalid_token", error_description="${message}"`;

describe('a token', () => {
  test('there are cases enough', () => {
    expect(tokenCases.length).toBeGreaterThanOrEqual(100);
    expect(new Set(tokenCases.map(({ title }) => title)).size).toBe(tokenCases.length);
  });

  test.each(tokenCases.filter(({ verdict }) => verdict === 'taken'))('is taken: $title', async ({ make }) => {
    expect(await world.bearer(make(at()))).toMatchObject({
      session: { identified: true, issuer: provider.proxy.url, subject: expect.stringMatching(/^(ann|c)$/) },
    });
  });

  test.each(tokenCases.filter(({ verdict }) => verdict !== 'taken'))(
    'is refused as $verdict: $title',
    async ({ make, verdict }) => {
      const message = messages[verdict as keyof typeof messages];
      const token = make(at());
      expect(await world.bearer(token)).toMatchObject({
        code: 'UNAUTHENTICATED',
        message,
        challenge: challengeOf(message),
      });
      // Again, now that whatever could be remembered is.
      expect(await world.bearer(token)).toMatchObject({ message });
    },
  );

  test('of all these, none made the gateway ask anybody but the provider it was told of', () => {
    // The first fetch, and two for kids that nobody knew.
    expect(provider.proxy.asked('/jwks')).toBe(3);
    expect(Object.getOwnPropertyNames(Object.prototype)).not.toContain('admin');
  });

  test('is nowhere in the log', async () => {
    expect(world.logged()).not.toContain('eyJ');
  });
});

describe('a session of a token', () => {
  test('has what the claims say', async () => {
    const { issuer, now } = at();
    const claims = { iss: issuer, aud: audience, sub: 'ann', exp: now + 60, client_id: 'app', plan: 'gold' };
    const token = makeToken(
      { alg: 'RS256', kid: 'rsa' },
      { ...claims, scope: 'a b', scp: ['b', 'c', 1] },
      keys.rsa,
    );
    expect(await world.bearer(token)).toEqual({
      session: {
        identified: true,
        subject: 'ann',
        issuer,
        consumer: 'app',
        plan: 'gold',
        scopes: new Set(['a', 'b', 'c']),
        claims: { ...claims, scope: 'a b', scp: ['b', 'c', 1] },
        expiresAtMs: (now + 60) * 1000,
      },
    });
  });

  test('finds its claims where the provider has them', async () => {
    const named = await startIdentity({
      providers: [
        {
          issuer: provider.proxy.url,
          audience: ['x', 'app'],
          claims: { audience: 'client_id', scopes: 'permissions', consumer: ['org', 'team'], plan: 'tier' },
        },
      ],
    });
    const { issuer, now } = at();
    const claims = {
      iss: issuer,
      sub: 'ann',
      exp: now + 60,
      client_id: 'app',
      permissions: ['p'],
      team: 't',
      tier: 1,
    };
    const token = makeToken({ alg: 'RS256', kid: 'rsa' }, { ...claims, scope: 'not this' }, keys.rsa);
    expect(await named.bearer(token)).toMatchObject({
      session: { consumer: 't', plan: null, scopes: new Set(['p']) },
    });
    await named.close();
  });

  test('claims have no prototype, so that a name finds nothing that is none', async () => {
    const taken = tokenCases.find(({ title }) => title.includes('__proto__ and constructor'));
    const verdict = await world.bearer(taken?.make(at()) ?? '');
    const claims: Record<string, unknown> = 'session' in verdict ? verdict.session.claims : {};
    expect(Object.getPrototypeOf(claims)).toBeNull();
    expect([claims.toString, claims.admin, claims.constructor]).toEqual([undefined, undefined, 1]);
  });
});

describe('the tolerance for clocks', () => {
  let tolerant: TestIdentity;
  beforeAll(async () => {
    tolerant = await startIdentity({
      providers: [{ issuer: provider.proxy.url, audience, clockTolerance: '60s' }],
    });
  });
  afterAll(() => tolerant.close());

  const edges: [string, string, (now: number) => Record<string, number>][] = [
    ['expired 59.999 s ago', 'taken', (now) => ({ exp: now - 59.999 })],
    ['expired 60 s ago', messages.expired, (now) => ({ exp: now - 60 })],
    ['valid 60 s from now on', 'taken', (now) => ({ exp: now + 600, nbf: now + 60 })],
    ['valid 60.001 s from now on', messages.notYet, (now) => ({ exp: now + 600, nbf: now + 60.001 })],
  ];
  test.each(edges)('a token that is %s: %s', async (_title, verdict, times) => {
    const { issuer, now } = at();
    const claims = { iss: issuer, aud: audience, sub: 'ann', ...times(now) };
    const shown = await tolerant.bearer(makeToken({ alg: 'ES256', kid: 'ec' }, claims, keys.ec));
    if (verdict === 'taken') expect(shown).toHaveProperty('session');
    else expect(shown).toMatchObject({ message: verdict });
  });
});

describe('a token that was taken', () => {
  test('is taken at once when it comes again, and not a millisecond after it ended', async () => {
    const { issuer, now } = at();
    const token = makeToken(
      { alg: 'RS256', kid: 'rsa' },
      { iss: issuer, aud: audience, sub: 'ann', exp: now + 5 },
      keys.rsa,
    );
    const first = await world.bearer(token);
    expect(first).toHaveProperty('session');
    world.clock.advance(4_999);
    const again = world.bearerNow(token);
    expect(again && 'session' in again && again.session).toBe('session' in first && first.session);
    world.clock.advance(1);
    expect(world.bearerNow(token)).toMatchObject({ message: messages.expired });
  });

  test('only so many are remembered', async () => {
    const small = await startIdentity({
      providers: [{ issuer: provider.proxy.url, audience }],
      maxSessions: 2,
    });
    const { issuer, now } = at();
    const tokenOf = (sub: string) =>
      makeToken({ alg: 'RS256', kid: 'rsa' }, { iss: issuer, aud: audience, sub, exp: now + 900 }, keys.rsa);
    const tokens = ['a', 'b', 'c'].map(tokenOf);
    const sessions: Verdict[] = [];
    for (const token of tokens) sessions.push(await small.bearer(token));
    const again = tokens.map((token) => small.bearerNow(token));
    const sameAs = again.map((each, index) => {
      const before = sessions[index];
      return each && before && 'session' in each && 'session' in before && each.session === before.session;
    });
    // The first had to make way; looking at it again then moved the others out, one by one.
    expect(sameAs).toEqual([false, false, false]);
    expect(again).toEqual(sessions);
    await small.close();
  });
});

describe('of several providers', () => {
  test('each has its own tokens, and nobody the tokens of one that is not listed', async () => {
    const other = await startProvider([keys.rsa, keys.ed].map((key) => ({ ...key })));
    const both = await startIdentity({
      providers: [
        { issuer: provider.proxy.url, audience },
        { issuer: other.proxy.url, audience: 'elsewhere' },
      ],
    });
    const { now } = at();
    const tokenOf = (iss: string, aud: string) =>
      makeToken({ alg: 'RS256', kid: 'rsa' }, { iss, aud, sub: 'ann', exp: now + 60 }, keys.rsa);
    expect(await both.bearer(tokenOf(other.proxy.url, 'elsewhere'))).toMatchObject({
      session: { issuer: other.proxy.url },
    });
    expect(await both.bearer(tokenOf(provider.proxy.url, audience))).toMatchObject({
      session: { issuer: provider.proxy.url },
    });
    // One provider's audience does not count for another's tokens.
    expect(await both.bearer(tokenOf(other.proxy.url, audience))).toMatchObject({
      message: messages.audience,
    });
    expect(await world.bearer(await other.issue())).toMatchObject({ message: messages.foreignIssuer });
    await both.close();
    await other.stop();
  });

  test.each(['RS256', 'PS256', 'ES256', 'EdDSA'])(
    'a token as the provider issues it is taken: %s',
    async (alg) => {
      expect(await world.bearer(await provider.issue({ alg }))).toMatchObject({
        session: {
          subject: 'a-client',
          consumer: 'a-client',
          scopes: new Set(['trips:read', 'trips:write']),
        },
      });
    },
  );

  test('an algorithm that a provider is not allowed is refused, though it has the key', async () => {
    const strict = await startIdentity({
      providers: [{ issuer: provider.proxy.url, audience, algorithms: ['ES256'] }],
    });
    expect(await strict.bearer(await provider.issue({ alg: 'RS256' }))).toMatchObject({
      message: messages.signedOtherwise,
    });
    expect(await strict.bearer(await provider.issue({ alg: 'ES256' }))).toHaveProperty('session');
    await strict.close();
  });
});
