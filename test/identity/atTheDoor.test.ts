import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { askAdmin, eventually, requestsUnderWay } from '../support/adminClient.ts';
import { openRawConnection } from '../support/rawConnection.ts';
import { startSubgraph, type TestSubgraph } from '../support/startSubgraph.ts';
import { startTestGateway, type TestGateway } from '../support/startTestGateway.ts';
import { makeToken } from './makeToken.ts';
import { audience, gatewayClient, signingKey, startProvider, type TestProvider } from './startProvider.ts';

const key = signingKey('rsa');

let provider: TestProvider;
let opaqueProvider: TestProvider;
let subgraph: TestSubgraph;
let other: TestSubgraph;
let gateway: TestGateway;
beforeAll(async () => {
  [provider, opaqueProvider, subgraph, other] = await Promise.all([
    startProvider([key]),
    startProvider([signingKey('other')]),
    startSubgraph('words', {
      sdl: 'type Query { word: String } type Mutation { learn: String }',
      resolvers: { Query: { word: () => 'x' }, Mutation: { learn: () => 'y' } },
    }),
    startSubgraph('numbers', {
      sdl: 'type Query { number: Int }',
      resolvers: { Query: { number: () => 1 } },
    }),
  ]);
  gateway = await startTestGateway({
    subgraphs: [subgraph, other],
    settings: {
      identity: {
        providers: [
          { issuer: provider.proxy.url, audience },
          { issuer: opaqueProvider.proxy.url, introspection: gatewayClient },
        ],
      },
      upstream: {
        headers: [
          { propagate: 'x-*' },
          { claim: { 'x-user-id': 'sub', 'x-roles': ['realm', 'roles'], 'x-consumer': 'consumer' } },
        ],
        subgraphs: { numbers: { headers: [{ claim: { 'x-email': 'email' } }] } },
      },
    },
  });
});
beforeEach(() => {
  subgraph.received.length = 0;
  other.received.length = 0;
});
afterAll(async () => {
  await gateway.stop();
  await Promise.all([subgraph.stop(), other.stop(), provider.stop(), opaqueProvider.stop()]);
});

function token(claims: Record<string, unknown> = {}): string {
  const exp = Math.floor(Date.now() / 1000) + 600;
  return makeToken(
    { alg: 'RS256', kid: 'rsa' },
    { iss: provider.proxy.url, aud: audience, sub: 'ann', exp, ...claims },
    key,
  );
}
const bearer = (text: string) => ({ authorization: `Bearer ${text}` });

const createKey = (consumer: string, more: Record<string, unknown> = {}) =>
  askAdmin<{ createKey: { key: string; id: string } }>(
    gateway,
    `mutation ($consumer: String!, $plan: String, $scopes: [String!]) {
       createKey(consumer: $consumer, plan: $plan, scopes: $scopes) { key id }
     }`,
    { consumer, ...more },
  ).then(({ createKey: created }) => created);

describe('a request', () => {
  test('with a good token, key or nothing is answered', async () => {
    const { key: apiKey } = await createKey('acme');
    const shown = [
      {},
      bearer(token()),
      bearer(await opaqueProvider.issue({ opaque: true })),
      { 'x-api-key': apiKey },
    ];
    for (const headers of shown)
      expect((await gateway.query('{ word }', { headers })).body).toEqual({ data: { word: 'x' } });
  });

  test('with a bad token is refused as the standard says, and nothing of it is executed', async () => {
    const { status, headers, body } = await gateway.query('mutation { learn }', {
      headers: bearer(token({ exp: 1 })),
    });
    expect([status, body]).toEqual([
      401,
      {
        errors: [
          {
            message: 'The token has expired.',
            extensions: { code: 'UNAUTHENTICATED', requestId: headers.get('x-request-id') },
          },
        ],
      },
    ]);
    expect(headers.get('www-authenticate')).toBe(
      'Bearer realm="sluice", error="invalid_token", error_description="The token has expired."',
    );
    expect(headers.get('cache-control')).toBe('no-store');
    expect(subgraph.received).toHaveLength(0);
  });

  test.each<[string, Record<string, string>, string]>([
    ['Bearer without a token', { authorization: 'Bearer' }, 'The token is not well formed.'],
    [
      'bearer in small letters, two spaces, nonsense',
      { authorization: 'bearer  x y' },
      'The token is not well formed.',
    ],
    ['a key that is none', { 'x-api-key': 'nonsense' }, 'The API key is not valid.'],
  ])('that shows %s is a 401', async (_title, headers, message) => {
    const refused = await gateway.query('{ word }', { headers });
    expect([refused.status, refused.body.errors?.[0]?.message]).toEqual([401, message]);
    expect(refused.headers.get('www-authenticate')).toMatch(/^Bearer realm="sluice"/);
  });

  test.each(['authorization', 'x-api-key'])(
    'with two headers %s is a 400: which of them is meant?',
    async (name) => {
      const connection = await openRawConnection(gateway.endpoint);
      const value = name === 'authorization' ? `Bearer ${token()}` : 'some-key';
      connection.write(
        `POST /graphql HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\n${name}: ${value}\r\n${name}: ${value}\r\ncontent-length: 2\r\n\r\n{}`,
      );
      const [response] = await connection.responses(1);
      connection.destroy();
      expect(response?.status).toBe(400);
      expect(response?.body).not.toContain(value);
    },
  );

  test('with a bad token is refused before its body is read', async () => {
    const connection = await openRawConnection(gateway.endpoint);
    connection.write(
      `POST /graphql HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\nauthorization: Bearer x\r\ncontent-length: 1000000\r\n\r\n`,
    );
    const [response] = await connection.responses(1);
    connection.destroy();
    expect(response?.status).toBe(401);
  });

  test('that cannot be judged now is a 503 that may be repeated', async () => {
    opaqueProvider.proxy.fail('answers 500');
    const { status, headers, body } = await gateway.query('{ word }', {
      headers: bearer('some-opaque-token'),
    });
    opaqueProvider.proxy.fail(null);
    expect([status, body.errors?.[0]?.extensions.code]).toEqual([503, 'AUTHORIZER_UNAVAILABLE']);
    expect([headers.get('retry-after'), headers.get('www-authenticate')]).toEqual(['1', null]);
  });

  test('in a batch is identified once, for all of it', async () => {
    const response = await fetch(gateway.endpoint, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...bearer('x') },
      body: JSON.stringify([{ query: '{ word }' }, { query: '{ word }' }]),
    });
    expect([response.status, Object.keys((await response.json()) as object)]).toEqual([401, ['errors']]);
  });
});

describe('claims that subgraphs are told', () => {
  const ourOwn = ['x-request-id', 'x-request-timeout-ms'];
  const seen = ({ received }: TestSubgraph) => {
    const { headers = {} } = received.at(-1) ?? {};
    return Object.fromEntries(
      Object.entries(headers).filter(([name]) => name.startsWith('x') && !ourOwn.includes(name)),
    );
  };

  test('are those of the session, each subgraph its own', async () => {
    await gateway.query('{ word number }', {
      headers: {
        ...bearer(token({ realm: { roles: ['a', 'b'] }, email: 'ann@example.org' })),
        'x-other': '1',
      },
    });
    expect(seen(subgraph)).toEqual({ 'x-user-id': 'ann', 'x-roles': 'a,b', 'x-other': '1' });
    expect(seen(other)).toEqual({ ...seen(subgraph), 'x-email': 'ann@example.org' });
  });

  test("never the client's own: not under the name, nor under one that a subgraph may take for it", async () => {
    const forged = {
      'x-user-id': 'root',
      x_user_id: 'root',
      'X-User-ID': 'root',
      'x-roles': 'admin',
      'x-email': 'root@example.org',
      'x-other': '1',
    };
    for (const shown of [{}, bearer(token({ realm: null }))]) {
      await gateway.query('{ word number }', { headers: { ...forged, ...shown } });
      const expected = { 'x-other': '1', ...('authorization' in shown ? { 'x-user-id': 'ann' } : {}) };
      expect(seen(subgraph)).toEqual(expected);
      expect(seen(other)).toEqual(expected);
    }
  });

  test('nor may the client have them taken off by naming them in Connection', async () => {
    const connection = await openRawConnection(gateway.endpoint);
    const body = '{"query":"{ word }"}';
    connection.write(
      `POST /graphql HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\nauthorization: Bearer ${token()}\r\nconnection: x-user-id, authorization\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
    );
    expect((await connection.responses(1))[0]?.status).toBe(200);
    connection.destroy();
    expect(seen(subgraph)).toEqual({ 'x-user-id': 'ann' });
  });

  test.each<[string, unknown, string | undefined]>([
    ['a line break and a header', 'ann\r\nx-admin: 1', 'ann%0D%0Ax-admin: 1'],
    ['spaces at its ends, which HTTP would cut', ' ann ', '%20ann%20'],
    ['letters beyond ASCII', 'Jürg 🦊', 'J%C3%BCrg %F0%9F%A6%8A'],
    ['a percent sign, so that all can be read back', '100%25', '100%2525'],
    ['NUL and DEL', 'a\0b\x7f', 'a%00b%7F'],
    ['half a letter', 'a\ud800', 'a%EF%BF%BD'],
    ['9,000 characters', 'a'.repeat(9_000), undefined],
  ])('can be read back when one has %s', async (_title, sub, sent) => {
    await gateway.query('{ word }', { headers: bearer(token({ sub })) });
    expect(seen(subgraph)['x-user-id']).toBe(sent);
    if (sent !== undefined && sub !== 'a\ud800') expect(decodeURIComponent(sent)).toBe(sub);
  });

  test.each<[string, unknown, string | undefined]>([
    ['a number', 7, '7'],
    ['a switch', false, 'false'],
    ['a list with commas in it', ['a,b', 'c', 1], 'a%2Cb,c,1'],
    ['a list of more than texts', [{ a: 1 }], '[{"a":1}]'],
    ['an object', { a: 'ü' }, '{"a":"%C3%BC"}'],
    ['null', null, undefined],
    ['empty', '', undefined],
    ['an empty list', [], undefined],
  ])('that are %s are sent so that they can be read', async (_title, roles, sent) => {
    await gateway.query('{ word }', { headers: bearer(token({ realm: { roles } })) });
    expect(seen(subgraph)['x-roles']).toBe(sent);
  });

  test('keep callers apart whose calls would otherwise be one', async () => {
    const held: (() => void)[] = [];
    subgraph.intercept((response, { headers }) => {
      const word = String(headers['x-user-id']);
      held.push(
        () =>
          void response
            .writeHead(200, { 'content-type': 'application/json' })
            .end(JSON.stringify({ data: { word } })),
      );
    });
    const asked = ['ann', 'bob', 'ann'].map((sub) =>
      gateway.query('{ word }', { headers: bearer(token({ sub })) }),
    );
    await eventually(() => (held.length >= 2 ? true : null));
    await requestsUnderWay(gateway, 3);
    await new Promise((resolve) => setTimeout(resolve, 50));
    for (const answer of held) answer();
    const words = (await Promise.all(asked)).map(({ body }) => body.data);
    subgraph.intercept(null);
    expect(words).toEqual([{ word: 'ann' }, { word: 'bob' }, { word: 'ann' }]);
    expect(held).toHaveLength(2);
  });

  test('of a key name its consumer, and the key itself goes nowhere', async () => {
    const { key: apiKey } = await createKey('zoo');
    await gateway.query('{ word }', { headers: { 'x-api-key': apiKey, cookie: 'a=b' } });
    expect(seen(subgraph)).toEqual({ 'x-consumer': 'zoo' });
    expect(subgraph.received[0]?.headers).not.toHaveProperty('cookie');
  });
});

describe('a token beside a key', () => {
  test('says who calls, and the key whom to bill; both have to be good', async () => {
    const { key: apiKey } = await createKey('payer', { plan: 'gold', scopes: ['all'] });
    const both = { ...bearer(token()), 'x-api-key': apiKey };
    expect((await gateway.query('{ word }', { headers: both })).status).toBe(200);
    expect(subgraph.received[0]?.headers).toMatchObject({ 'x-user-id': 'ann' });
    for (const bad of [
      { ...both, 'x-api-key': 'no' },
      { ...both, ...bearer('no.such.token') },
    ])
      expect((await gateway.query('{ word }', { headers: bad })).status).toBe(401);
  });
});

describe('settings that change while it runs', () => {
  test('are in force for the next request', async () => {
    const own = await startTestGateway({ subgraphs: [subgraph] });
    try {
      const { loadSettings, settingsSections } = await import('../../src/config/config.ts');
      const { writeFile, readFile } = await import('node:fs/promises');
      const file = `${own.folder}/supergraph.yaml`;
      const before = JSON.parse(await readFile(file, 'utf8'));
      const change = async (identity: object) => {
        await writeFile(file, JSON.stringify({ ...before, identity }));
        expect(own.reconfigure(await loadSettings({ file, env: {}, sections: settingsSections }))).toEqual(
          [],
        );
      };
      const statusOf = async (headers: Record<string, string>) =>
        (await own.query('{ word }', { headers })).status;

      // Without a provider tokens are none of the gateway's business: subgraphs may be.
      expect(await statusOf(bearer('whatever'))).toBe(200);
      await change({ providers: [{ issuer: provider.proxy.url, audience }], required: true });
      expect([await statusOf({}), await statusOf(bearer(token())), await statusOf(bearer('no'))]).toEqual([
        401, 200, 401,
      ]);
      await change({ providers: [{ issuer: provider.proxy.url, audience: 'else' }] });
      expect([await statusOf({}), await statusOf(bearer(token()))]).toEqual([200, 401]);
      await change({});
      expect(await statusOf(bearer('whatever'))).toBe(200);
    } finally {
      await own.stop();
    }
  });
});

describe('of all that was shown', () => {
  test('nothing is in an answer or in the log', async () => {
    const { key: apiKey } = await createKey('canary');
    const stolen = await opaqueProvider.issue({ opaque: true });
    const bad = token({ exp: 1, sub: 'canary-subject' });
    const shown: Record<string, string>[] = [
      bearer(bad),
      bearer(`${bad}x`),
      bearer(token()),
      bearer(stolen),
      bearer('canary-opaque-token'),
      bearer('eyJ.canary-broken-token'),
      { authorization: 'Basic canary-basic-credentials' },
      { authorization: 'canary-scheme canary' },
      bearer(makeToken({ alg: 'RS256', kid: 'canary-kid' }, { iss: provider.proxy.url, exp: 1 }, key)),
      bearer(makeToken({ alg: 'RS256', kid: 'rsa' }, { iss: 'https://canary-issuer.example', exp: 1 }, key)),
      bearer(makeToken({ alg: 'canary-algorithm', kid: 'rsa' }, { iss: provider.proxy.url }, key, 'RS256')),
      { 'x-api-key': apiKey },
      { 'x-api-key': 'canary-key' },
      { 'x-api-key': `${apiKey.slice(0, -1)}~` },
      { ...bearer('canary-opaque-token'), 'x-api-key': 'canary-key' },
    ];
    const answers: string[] = [];
    for (const fault of [null, 'answers 500', 'hangs'] as const) {
      opaqueProvider.proxy.fail(fault);
      for (const headers of shown) {
        const answer = await gateway.query('{ word }', { headers });
        answers.push(JSON.stringify([answer.body, [...answer.headers]]));
      }
    }
    opaqueProvider.proxy.fail(null);
    await eventually(() =>
      gateway.logged().filter(({ msg }) => msg === 'request').length >= answers.length ? true : null,
    );
    const secrets = [
      stolen,
      bad.slice(-40),
      apiKey.slice(19, 40),
      gatewayClient.clientSecret,
      'canary-o',
      'canary-b',
      'canary-s',
      'canary-k',
      'canary-i',
      'canary-a',
    ];
    const found = [...answers, gateway.logText()].join('\n');
    for (const secret of secrets) expect(found).not.toContain(secret);
  });
});
