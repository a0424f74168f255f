import { createPublicKey, generateKeyPairSync } from 'node:crypto';
import { encode, makeToken, signatureOf } from './makeToken.ts';
import { audience, type SigningKey, signingKey } from './startProvider.ts';

/** What a token comes to: a session, or one of the refusals, by the words of its message. */
export const messages = {
  malformed: 'The token is not well formed.',
  encrypted: 'The token is encrypted; signed tokens are taken here.',
  foreignIssuer: 'The token is from no issuer that is trusted here.',
  signedOtherwise: 'The token is signed, or to be verified, in a way that is not taken here.',
  signature: 'The signature of the token is not by a key of its issuer.',
  expired: 'The token has expired.',
  notYet: 'The token is not valid yet.',
  audience: 'The token is meant for another audience.',
  claims: 'The token lacks a claim that is needed here, or has one of the wrong type.',
} as const;

export interface TokenCase {
  readonly title: string;
  readonly verdict: 'taken' | keyof typeof messages;
  make(world: TokenWorld): string;
}

export interface TokenWorld {
  readonly issuer: string;
  /** Seconds since 1970. */
  readonly now: number;
}

/** The provider's own keys. */
export const keys = {
  rsa: signingKey('rsa'),
  ec: signingKey('ec', 'P-256'),
  ec384: signingKey('ec384', 'P-384'),
  ec521: signingKey('ec521', 'P-521'),
  ed: signingKey('ed', 'Ed25519'),
  onlyPs: { ...signingKey('onlyPs'), alg: 'PS256' },
  encryption: { ...signingKey('encryption'), use: 'enc' },
} satisfies Record<string, SigningKey>;

/** Somebody else's, under the names of the provider's. */
const stranger = { rsa: signingKey('rsa'), ec: signingKey('ec', 'P-256') };
const publicPem = pemOf(keys.rsa, 'spki');
const { publicKey: strangersPublicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });

function pemOf(key: SigningKey, type: 'spki' | 'pkcs1'): string {
  return createPublicKey({ key, format: 'jwk' }).export({ type, format: 'pem' }).toString();
}

function claimsOf({ issuer, now }: TokenWorld, more: Record<string, unknown> = {}): Record<string, unknown> {
  return { iss: issuer, aud: audience, sub: 'ann', iat: now, exp: now + 60, ...more };
}

const signed =
  (header: Record<string, unknown>, key: SigningKey | string, signedAs?: string) => (world: TokenWorld) =>
    makeToken(header, claimsOf(world), key, signedAs);
const rs256 = { alg: 'RS256', kid: 'rsa' };
const withClaims = (more: (world: TokenWorld) => Record<string, unknown>) => (world: TokenWorld) =>
  makeToken(rs256, claimsOf(world, more(world)), keys.rsa);
/** The claims but for one. */
const without = (name: string) => (world: TokenWorld) => {
  const { [name]: _, ...claims } = claimsOf(world);
  return makeToken(rs256, claims, keys.rsa);
};
const withHeader = (more: Record<string, unknown>) => signed({ ...rs256, ...more }, keys.rsa);
/** A good token whose parts are changed after it was signed. */
const changed =
  (change: (parts: [string, string, string], world: TokenWorld) => string) => (world: TokenWorld) =>
    change(makeToken(rs256, claimsOf(world), keys.rsa).split('.') as [string, string, string], world);

const good: TokenCase[] = [
  ...(['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'] as const).map((alg) => ({
    title: `${alg} by an RSA key`,
    verdict: 'taken' as const,
    make: signed({ alg, kid: 'rsa' }, keys.rsa),
  })),
  { title: 'ES256 by a P-256 key', verdict: 'taken', make: signed({ alg: 'ES256', kid: 'ec' }, keys.ec) },
  {
    title: 'ES384 by a P-384 key',
    verdict: 'taken',
    make: signed({ alg: 'ES384', kid: 'ec384' }, keys.ec384),
  },
  {
    title: 'ES512 by a P-521 key',
    verdict: 'taken',
    make: signed({ alg: 'ES512', kid: 'ec521' }, keys.ec521),
  },
  { title: 'EdDSA', verdict: 'taken', make: signed({ alg: 'EdDSA', kid: 'ed' }, keys.ed) },
  { title: 'Ed25519', verdict: 'taken', make: signed({ alg: 'Ed25519', kid: 'ed' }, keys.ed) },
  {
    title: 'PS256 by a key for nothing else',
    verdict: 'taken',
    make: signed({ alg: 'PS256', kid: 'onlyPs' }, keys.onlyPs),
  },
  { title: 'no kid where one key fits alone', verdict: 'taken', make: signed({ alg: 'ES256' }, keys.ec) },
  {
    title: 'the types at+jwt, JWT and their media types',
    verdict: 'taken',
    make: withHeader({ typ: 'application/AT+jwt' }),
  },
  {
    title: 'x5t, which names a certificate and brings none',
    verdict: 'taken',
    make: withHeader({ x5t: 'abc' }),
  },
  {
    title: 'several audiences, one of which is ours',
    verdict: 'taken',
    make: withClaims(() => ({ aud: ['other', audience] })),
  },
  {
    title: 'client_id in place of sub',
    verdict: 'taken',
    make: withClaims(() => ({ sub: undefined, client_id: 'c' })),
  },
  {
    title: 'the claims __proto__ and constructor',
    verdict: 'taken',
    make: (world) =>
      makeToken(
        rs256,
        JSON.stringify(claimsOf(world)).replace('{', '{"__proto__":{"admin":true},"constructor":1,'),
        keys.rsa,
      ),
  },
  {
    title: 'exp a millisecond from now',
    verdict: 'taken',
    make: withClaims(({ now }) => ({ exp: now + 0.001 })),
  },
  { title: 'nbf now', verdict: 'taken', make: withClaims(({ now }) => ({ nbf: now })) },
];

const algorithms: TokenCase[] = [
  ...['none', 'None', 'nOnE', 'NONE', ''].map((alg) => ({
    title: `alg ${JSON.stringify(alg)} without a signature`,
    verdict: 'malformed' as const,
    make: (world: TokenWorld) => `${encode({ alg })}.${encode(claimsOf(world))}.`,
  })),
  ...['none', 'nOnE'].map((alg) => ({
    title: `alg ${alg} with a signature`,
    verdict: 'signedOtherwise' as const,
    make: (world: TokenWorld) =>
      `${encode({ alg, kid: 'rsa' })}.${encode(claimsOf(world))}.${signatureOf('x', 'RS256', keys.rsa)}`,
  })),
  {
    title: 'HS256 with the public key as PEM',
    verdict: 'signedOtherwise',
    make: signed({ alg: 'HS256', kid: 'rsa' }, publicPem),
  },
  {
    title: 'HS256 with the public key as PKCS#1 PEM',
    verdict: 'signedOtherwise',
    make: signed({ alg: 'HS256', kid: 'rsa' }, pemOf(keys.rsa, 'pkcs1')),
  },
  {
    title: 'HS256 with the public key as DER',
    verdict: 'signedOtherwise',
    make: signed(
      { alg: 'HS256', kid: 'rsa' },
      createPublicKey({ key: keys.rsa, format: 'jwk' })
        .export({ type: 'spki', format: 'der' })
        .toString('latin1'),
    ),
  },
  {
    title: 'HS256 with the modulus as the secret',
    verdict: 'signedOtherwise',
    make: signed({ alg: 'HS256', kid: 'rsa' }, String(keys.rsa.n)),
  },
  { title: 'HS512 without a kid', verdict: 'signedOtherwise', make: signed({ alg: 'HS512' }, publicPem) },
  {
    title: 'a header that says RS256 over an HS256 signature with the public key',
    verdict: 'signature',
    make: signed(rs256, publicPem, 'HS256'),
  },
  { title: 'RS256 that was signed as PS256', verdict: 'signature', make: signed(rs256, keys.rsa, 'PS256') },
  {
    title: 'PS256 that was signed as RS256',
    verdict: 'signature',
    make: signed({ alg: 'PS256', kid: 'rsa' }, keys.rsa, 'RS256'),
  },
  {
    title: 'RS256 by a key for PS256',
    verdict: 'signature',
    make: signed({ alg: 'RS256', kid: 'onlyPs' }, keys.onlyPs),
  },
  {
    title: 'RS256 by a key for encryption',
    verdict: 'signature',
    make: signed({ alg: 'RS256', kid: 'encryption' }, keys.encryption),
  },
  {
    title: 'ES256 under the kid of the RSA key',
    verdict: 'signature',
    make: signed({ alg: 'ES256', kid: 'rsa' }, stranger.ec),
  },
  {
    title: 'ES384 under the kid of the P-256 key',
    verdict: 'signature',
    make: signed({ alg: 'ES384', kid: 'ec' }, keys.ec384),
  },
  {
    title: 'EdDSA under the kid of the P-256 key',
    verdict: 'signature',
    make: signed({ alg: 'EdDSA', kid: 'ec' }, keys.ed),
  },
  {
    title: 'an algorithm in lower case',
    verdict: 'signedOtherwise',
    make: signed({ alg: 'rs256', kid: 'rsa' }, keys.rsa, 'RS256'),
  },
  {
    title: 'a list of algorithms',
    verdict: 'signedOtherwise',
    make: signed({ alg: ['RS256'], kid: 'rsa' }, keys.rsa, 'RS256'),
  },
  { title: 'no algorithm', verdict: 'signedOtherwise', make: signed({ kid: 'rsa' }, keys.rsa, 'RS256') },
  {
    title: 'ES256K',
    verdict: 'signedOtherwise',
    make: signed({ alg: 'ES256K', kid: 'ec' }, keys.ec, 'ES256'),
  },
];

const signatures: TokenCase[] = [
  {
    title: "a stranger's signature under the provider's kid",
    verdict: 'signature',
    make: signed(rs256, stranger.rsa),
  },
  {
    title: "a stranger's signature without a kid",
    verdict: 'signature',
    make: signed({ alg: 'ES256' }, stranger.ec),
  },
  { title: 'no kid where several keys fit', verdict: 'signature', make: signed({ alg: 'PS256' }, keys.rsa) },
  {
    title: 'ES256 with r = s = 0',
    verdict: 'signature',
    make: (world) =>
      `${encode({ alg: 'ES256', kid: 'ec' })}.${encode(claimsOf(world))}.${Buffer.alloc(64).toString('base64url')}`,
  },
  {
    title: 'ES256 with a signature in DER',
    verdict: 'signature',
    make: (world) =>
      `${encode({ alg: 'ES256', kid: 'ec' })}.${encode(claimsOf(world))}.${Buffer.from('3006020101020101', 'hex').toString('base64url')}`,
  },
  {
    title: 'RS256 with a signature of nulls',
    verdict: 'signature',
    make: (world) => `${encode(rs256)}.${encode(claimsOf(world))}.${Buffer.alloc(256).toString('base64url')}`,
  },
  {
    title: 'a signature that is cut short',
    verdict: 'signature',
    make: changed(([head, body, signature]) => `${head}.${body}.${signature.slice(0, -4)}`),
  },
  {
    title: 'one bit of the signature changed',
    verdict: 'signature',
    make: changed(
      ([head, body, signature]) =>
        `${head}.${body}.${signature.startsWith('A') ? 'B' : 'A'}${signature.slice(1)}`,
    ),
  },
  {
    title: 'other claims than were signed',
    verdict: 'signature',
    make: changed(
      ([head, , signature], world) => `${head}.${encode(claimsOf(world, { sub: 'root' }))}.${signature}`,
    ),
  },
  {
    title: 'another header than was signed',
    verdict: 'signature',
    make: changed(([, body, signature]) => `${encode({ ...rs256, more: 1 })}.${body}.${signature}`),
  },
];

const headers: TokenCase[] = [
  {
    title: 'jku, which names where keys are',
    verdict: 'signedOtherwise',
    make: withHeader({ jku: 'http://127.0.0.1:1/jwks' }),
  },
  {
    title: 'x5u, which names where a certificate is',
    verdict: 'signedOtherwise',
    make: withHeader({ x5u: 'http://127.0.0.1:1/certificate' }),
  },
  {
    title: "jwk with a stranger's key, which signed it",
    verdict: 'signedOtherwise',
    make: signed({ ...rs256, jwk: strangersPublicKey.export({ format: 'jwk' }) }, stranger.rsa),
  },
  { title: 'x5c', verdict: 'signedOtherwise', make: withHeader({ x5c: ['MIIB'] }) },
  { title: 'crit', verdict: 'signedOtherwise', make: withHeader({ crit: ['exp'] }) },
  { title: 'an empty crit', verdict: 'signedOtherwise', make: withHeader({ crit: [] }) },
  { title: 'b64 false', verdict: 'signedOtherwise', make: withHeader({ b64: false, crit: ['b64'] }) },
  { title: 'zip', verdict: 'signedOtherwise', make: withHeader({ zip: 'DEF' }) },
  { title: 'enc in a signed token', verdict: 'signedOtherwise', make: withHeader({ enc: 'A256GCM' }) },
  {
    title: 'a type that is not an access token',
    verdict: 'signedOtherwise',
    make: withHeader({ typ: 'logout+jwt' }),
  },
  { title: 'a type that is no text', verdict: 'signedOtherwise', make: withHeader({ typ: ['JWT'] }) },
  ...(
    [
      ['a path', '../../dev/null'],
      ['SQL', "' OR 1=1 --"],
      ['__proto__', '__proto__'],
      ['a URL', 'http://127.0.0.1:1/'],
      ['NUL', 'rsa\0'],
      ['an unknown name', 'other'],
    ] as const
  ).map(([title, kid]) => ({
    title: `a kid that is ${title}`,
    verdict: 'signature' as const,
    make: withHeader({ kid }),
  })),
  { title: 'a kid of 10 KB', verdict: 'malformed', make: withHeader({ kid: 'k'.repeat(10_000) }) },
  { title: 'a kid that is a list', verdict: 'malformed', make: withHeader({ kid: ['rsa'] }) },
  { title: 'a kid that is a number', verdict: 'malformed', make: withHeader({ kid: 1 }) },
  { title: 'a header of 100 KB', verdict: 'malformed', make: withHeader({ padding: 'p'.repeat(100_000) }) },
];

const encrypted = encode({ alg: 'RSA-OAEP', enc: 'A256GCM' });
const forms: TokenCase[] = [
  { title: 'a JWE', verdict: 'encrypted', make: () => `${encrypted}.a.b.c.d` },
  {
    title: 'a JWE under a password (PBES2)',
    verdict: 'encrypted',
    make: () => `${encode({ alg: 'PBES2-HS512+A256KW', enc: 'A256GCM', p2c: 2_000_000_000 })}.a.b.c.d`,
  },
  {
    title: 'a JWE with compression',
    verdict: 'encrypted',
    make: () => `${encode({ alg: 'dir', enc: 'A256GCM', zip: 'DEF' })}..b.c.d`,
  },
  {
    title: 'the general JSON form with two signatures',
    verdict: 'malformed',
    make: changed(([head, payload, signature]) =>
      JSON.stringify({
        payload,
        signatures: [
          { protected: head, signature },
          { protected: head, signature },
        ],
      }),
    ),
  },
  { title: 'two parts', verdict: 'malformed', make: changed(([head, body]) => `${head}.${body}`) },
  {
    title: 'four parts',
    verdict: 'malformed',
    make: changed(([head, body, signature]) => `${head}.${body}.${signature}.${signature}`),
  },
  {
    title: 'an empty payload',
    verdict: 'malformed',
    make: changed(([head, , signature]) => `${head}..${signature}`),
  },
  { title: 'a payload that is a list', verdict: 'malformed', make: () => makeToken(rs256, '[]', keys.rsa) },
  {
    title: 'a payload that is no JSON',
    verdict: 'malformed',
    make: () => makeToken(rs256, 'sub=ann', keys.rsa),
  },
  {
    title: 'a header that is null',
    verdict: 'malformed',
    make: changed(([, body, signature]) => `${encode('null')}.${body}.${signature}`),
  },
  {
    title: 'a header that is no JSON',
    verdict: 'malformed',
    make: changed(([, body, signature]) => `${encode('{"alg":')}.${body}.${signature}`),
  },
  {
    title: 'base64 in place of base64url',
    verdict: 'malformed',
    make: changed(([head, body, signature]) => `${head}.${body}.${signature}+/=`),
  },
  {
    title: 'a space inside',
    verdict: 'malformed',
    make: changed(([head, body, signature]) => `${head}. ${body}.${signature}`),
  },
  { title: '16 KB of dots', verdict: 'malformed', make: () => '.'.repeat(16_000) },
  { title: 'nothing of the kind', verdict: 'malformed', make: () => 'x' },
];

const claims: TokenCase[] = [
  { title: 'exp now', verdict: 'expired', make: withClaims(({ now }) => ({ exp: now })) },
  {
    title: 'exp a millisecond ago',
    verdict: 'expired',
    make: withClaims(({ now }) => ({ exp: now - 0.001 })),
  },
  { title: 'exp below zero', verdict: 'expired', make: withClaims(() => ({ exp: -1 })) },
  { title: 'no exp', verdict: 'claims', make: without('exp') },
  { title: 'exp as text', verdict: 'claims', make: withClaims(({ now }) => ({ exp: String(now + 60) })) },
  { title: 'exp null', verdict: 'claims', make: withClaims(() => ({ exp: null })) },
  {
    title: 'exp larger than any number',
    verdict: 'claims',
    make: (world) =>
      makeToken(rs256, JSON.stringify(claimsOf(world)).replace(/"exp":\d+/, '"exp":1e999'), keys.rsa),
  },
  {
    title: 'nbf a millisecond from now',
    verdict: 'notYet',
    make: withClaims(({ now }) => ({ nbf: now + 0.001 })),
  },
  { title: 'nbf as text', verdict: 'claims', make: withClaims(({ now }) => ({ nbf: String(now) })) },
  { title: 'iat as text', verdict: 'claims', make: withClaims(() => ({ iat: 'today' })) },
  {
    title: 'another issuer',
    verdict: 'foreignIssuer',
    make: withClaims(() => ({ iss: 'https://idp.example' })),
  },
  {
    title: 'the issuer with a slash behind it',
    verdict: 'foreignIssuer',
    make: withClaims(({ issuer }) => ({ iss: `${issuer}/` })),
  },
  {
    title: 'a list of issuers',
    verdict: 'foreignIssuer',
    make: withClaims(({ issuer }) => ({ iss: [issuer] })),
  },
  { title: 'no issuer', verdict: 'foreignIssuer', make: without('iss') },
  { title: 'the issuer __proto__', verdict: 'foreignIssuer', make: withClaims(() => ({ iss: '__proto__' })) },
  { title: 'another audience', verdict: 'audience', make: withClaims(() => ({ aud: 'other' })) },
  {
    title: 'an audience that begins like ours',
    verdict: 'audience',
    make: withClaims(() => ({ aud: `${audience}s` })),
  },
  {
    title: 'audiences, none of which is ours',
    verdict: 'audience',
    make: withClaims(() => ({ aud: ['other', [audience]] })),
  },
  { title: 'an empty list of audiences', verdict: 'audience', make: withClaims(() => ({ aud: [] })) },
  {
    title: 'an audience that is an object',
    verdict: 'audience',
    make: withClaims(() => ({ aud: { 0: audience } })),
  },
  { title: 'no audience', verdict: 'claims', make: without('aud') },
  { title: 'no subject', verdict: 'claims', make: without('sub') },
  { title: 'a subject that is a number', verdict: 'claims', make: withClaims(() => ({ sub: 1 })) },
  { title: 'an empty subject', verdict: 'claims', make: withClaims(() => ({ sub: '' })) },
];

/** What the table of known attacks on token verification has, and what else a token can be; each with its one right verdict. */
export const tokenCases: readonly TokenCase[] = [
  ...good,
  ...algorithms,
  ...signatures,
  ...headers,
  ...forms,
  ...claims,
];
