import { generateKeyPairSync, type JsonWebKey } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { identityOptions } from '../../src/identity/identity.ts';
import { makeToken } from './makeToken.ts';
import { startIdentity, type TestIdentity } from './startIdentity.ts';
import { audience, type SigningKey, signingKey } from './startProvider.ts';
import { messages } from './tokenCases.ts';

/** What no sound provider would answer: here each path answers what a test puts there. */
let server: Server;
let url: string;
const answers = new Map<string, unknown>();
const asked: string[] = [];
beforeEach(async () => {
  answers.clear();
  asked.length = 0;
  server = createServer((request, response) => {
    asked.push(request.url ?? '');
    const answer = answers.get(request.url ?? '');
    response.writeHead(answer === undefined ? 404 : 200, { 'content-type': 'application/json' });
    response.end(JSON.stringify(answer ?? {}));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
const open: TestIdentity[] = [];
afterEach(async () => {
  for (const world of open.splice(0)) await world.close();
  await new Promise<void>((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
});

const usual = signingKey('usual', 'P-256');

function published(key: SigningKey): JsonWebKey {
  const { d: _d, p: _p, q: _q, dp: _dp, dq: _dq, qi: _qi, ...rest } = key;
  return rest;
}

async function withSet(set: unknown): Promise<TestIdentity> {
  answers.set('/jwks', set);
  const world = await startIdentity({ providers: [{ issuer: url, audience, jwksUri: `${url}/jwks` }] });
  open.push(world);
  return world;
}

function tokenOf(world: TestIdentity, key: JsonWebKey, header: Record<string, unknown>): string {
  const exp = world.clock.wallMs() / 1000 + 60;
  return makeToken(header, { iss: url, aud: audience, sub: 'ann', exp }, key);
}

const taken = { session: { subject: 'ann' } };
const refused = { message: messages.signature };

describe('of a key set', () => {
  const weak = {
    ...generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey.export({ format: 'jwk' }),
    kid: 'k',
  };
  const rsa = signingKey('k');
  const cases: [string, JsonWebKey, Record<string, unknown>, string][] = [
    ['an RSA key of 1024 bits', weak, published(weak), 'RS256'],
    ['a key that was published with its private half', rsa, rsa, 'RS256'],
    ['a key for encryption', rsa, { ...published(rsa), use: 'enc' }, 'RS256'],
    ['a key for other operations', rsa, { ...published(rsa), key_ops: ['encrypt'] }, 'RS256'],
    ['a key whose kid is no text', rsa, { ...published(rsa), kid: 1 }, 'RS256'],
    ['a key of another algorithm', rsa, { ...published(rsa), alg: 'PS256' }, 'RS256'],
    ['a key with half of its members', rsa, { kty: 'RSA', kid: 'k', n: rsa.n }, 'RS256'],
  ];
  test.each(cases)('%s verifies nothing, and the others still do', async (_title, key, listed, alg) => {
    const world = await withSet({ keys: [null, 1, 'key', listed, published(usual)] });
    expect(await world.bearer(tokenOf(world, key, { alg, kid: 'k' }))).toMatchObject(refused);
    expect(await world.bearer(tokenOf(world, usual, { alg: 'ES256', kid: 'usual' }))).toMatchObject(taken);
  });

  test('a shared secret verifies nothing', async () => {
    const secret = 'a secret that many know';
    const oct = { kty: 'oct', kid: 'k', k: Buffer.from(secret).toString('base64url'), alg: 'HS256' };
    const world = await withSet({ keys: [oct, published(usual)] });
    const exp = world.clock.wallMs() / 1000 + 60;
    const token = makeToken({ alg: 'HS256', kid: 'k' }, { iss: url, aud: audience, sub: 'ann', exp }, secret);
    expect(await world.bearer(token)).toMatchObject({ message: messages.signedOtherwise });
  });

  test('two keys of one kid are both tried, each for its own algorithm', async () => {
    const [one, other] = [signingKey('k'), signingKey('k')];
    const world = await withSet({ keys: [one, other, { ...usual, kid: 'k' }].map(published as never) });
    for (const key of [one, other])
      expect(await world.bearer(tokenOf(world, key, { alg: 'RS256', kid: 'k' }))).toMatchObject(taken);
    expect(await world.bearer(tokenOf(world, usual, { alg: 'ES256', kid: 'k' }))).toMatchObject(taken);
    expect(await world.bearer(tokenOf(world, signingKey('k'), { alg: 'RS256', kid: 'k' }))).toMatchObject(
      refused,
    );
  });

  test.each([
    ['no keys', { keys: [] }],
    ['keys that are none', { keys: {} }],
    ['a list', [published(usual)]],
    ['null', null],
    [
      '101 keys',
      { keys: Array.from({ length: 101 }, (_, index) => ({ ...published(usual), kid: `${index}` })) },
    ],
  ])('one with %s is not taken for one', async (_title, set) => {
    const world = await withSet(set);
    const shown = await world.bearer(tokenOf(world, usual, { alg: 'ES256', kid: 'usual' }));
    expect(shown).toMatchObject({ code: 'AUTHORIZER_UNAVAILABLE' });
  });
});

describe('a discovery document', () => {
  const path = '/.well-known/openid-configuration';
  async function discovered(document: unknown, issuer = url): Promise<TestIdentity> {
    answers.set(path, document);
    answers.set('/jwks', { keys: [published(usual)] });
    const world = await startIdentity({ providers: [{ issuer, audience }] });
    open.push(world);
    return world;
  }
  const header = { alg: 'ES256', kid: 'usual' };

  test('leads to the keys', async () => {
    const world = await discovered({ issuer: url, jwks_uri: `${url}/jwks` });
    expect(await world.bearer(tokenOf(world, usual, header))).toMatchObject(taken);
  });

  test('stands where the issuer ends, a slash or none', async () => {
    answers.set(`/realms/one${path}`, { issuer: `${url}/realms/one/`, jwks_uri: `${url}/jwks` });
    answers.set('/jwks', { keys: [published(usual)] });
    const world = await startIdentity({ providers: [{ issuer: `${url}/realms/one/`, audience }] });
    open.push(world);
    const exp = world.clock.wallMs() / 1000 + 60;
    const token = makeToken(header, { iss: `${url}/realms/one/`, aud: audience, sub: 'ann', exp }, usual);
    expect(await world.bearer(token)).toMatchObject(taken);
  });

  test.each<[string, (own: string) => unknown]>([
    ['of another issuer', (own) => ({ issuer: 'https://idp.example', jwks_uri: `${own}/jwks` })],
    ['without an issuer', (own) => ({ jwks_uri: `${own}/jwks` })],
    ['without keys', (own) => ({ issuer: own })],
    ['with keys in a file', (own) => ({ issuer: own, jwks_uri: 'file:///etc/passwd' })],
    ['with keys at a metadata address', (own) => ({ issuer: own, jwks_uri: 'http://169.254.169.254/jwks' })],
    ['with keys at a list', (own) => ({ issuer: own, jwks_uri: [`${own}/jwks`] })],
    ['that is no object', () => 'hello'],
  ])('%s leads nowhere', async (_title, document) => {
    const world = await discovered(document(url));
    const shown = await world.bearer(tokenOf(world, usual, header));
    expect(shown).toMatchObject({ code: 'AUTHORIZER_UNAVAILABLE' });
    expect(asked).not.toContain('/jwks');
  });
});

describe('settings that cannot be', () => {
  const issuer = 'https://idp.example';
  test.each<[string, unknown, RegExp]>([
    ['no audience', { issuer }, /audience is missing/],
    [
      'no audience beside jwksUri',
      { issuer, jwksUri: `${issuer}/jwks`, introspection: { clientId: 'a', clientSecret: 'b' } },
      /audience is missing/,
    ],
    [
      'an issuer that is no URL, and nothing else',
      { issuer: 'idp', audience },
      /not an absolute URL.*jwksUri/,
    ],
    [
      'keys at a metadata address',
      { issuer, audience, jwksUri: 'http://169.254.169.254/' },
      /metadata address/,
    ],
    ['credentials in a URL', { issuer, audience, jwksUri: 'https://a:b@idp.example/' }, /credentials/],
    ['a shared secret as algorithm', { issuer, audience, algorithms: ['HS256'] }, /Invalid option/],
    ['no algorithm', { issuer, audience, algorithms: [] }, /./],
    ['an empty list of audiences', { issuer, audience: [] }, /./],
    ['a tolerance of an hour', { issuer, audience, clockTolerance: '1h' }, /between 0s and 5m/],
  ])('%s', (_title, provider, message) => {
    const { error } = identityOptions.safeParse({ providers: [provider] });
    expect(error?.issues[0]?.message).toMatch(message);
  });

  test('one issuer twice', () => {
    const { error } = identityOptions.safeParse({
      providers: [
        { issuer, audience },
        { issuer, audience: 'other' },
      ],
    });
    expect(error?.issues[0]).toMatchObject({ path: ['providers', 1, 'issuer'] });
  });

  test('an issuer that is no URL needs jwksUri, and then will do', () => {
    expect(
      identityOptions.safeParse({ providers: [{ issuer: 'idp', audience, jwksUri: `${issuer}/jwks` }] })
        .success,
    ).toBe(true);
  });
});
