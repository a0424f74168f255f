import { createHash } from 'node:crypto';
import { brotliDecompressSync, gunzipSync, gzipSync, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { auditServer } from 'graphql-http';
import { request } from 'undici';
import { startSubgraph, type TestSubgraph } from '../support/startSubgraph.ts';
import { startTestGateway, type TestGateway } from '../support/startTestGateway.ts';

const json = { 'content-type': 'application/json' };

describe('GraphQL over HTTP', () => {
  let words: TestSubgraph;
  let gateway: TestGateway;

  beforeAll(async () => {
    words = await startSubgraph('words', {
      sdl: 'type Query { word(of: ID): String } type Mutation { learn(word: String!): String }',
      resolvers: {
        Query: { word: (_: unknown, { of }: { of?: string }) => of ?? 'x'.repeat(5000) },
        Mutation: { learn: (_: unknown, { word }: { word: string }) => word },
      },
    });
    gateway = await startTestGateway({
      subgraphs: [words],
      settings: {
        server: { cors: { origins: ['https://app.example'], credentials: true }, batch: { max: 3 } },
        request: { persistedQueries: { max: 3 } },
      },
    });
  });
  afterAll(async () => {
    await gateway.stop();
    await words.stop();
  });

  const get = (
    parameters: Record<string, string>,
    headers: Record<string, string> = { 'apollo-require-preflight': '1' },
  ) => fetch(`${gateway.endpoint}?${new URLSearchParams(parameters)}`, { headers });
  const post = (body: unknown, headers: Record<string, string> = {}) =>
    fetch(gateway.endpoint, { method: 'POST', headers: { ...json, ...headers }, body: JSON.stringify(body) });

  test('the audit of graphql-http finds no error and no warning', async () => {
    const results = await auditServer({ url: gateway.endpoint });
    const found = results
      .filter(({ status }) => status !== 'ok')
      .map(({ status, name }) => `${status}: ${name}`);
    // The three notices are CSRF prevention: a GET without any header that makes a browser ask first is refused.
    expect(found).toEqual([
      'notice: MAY accept application/x-www-form-urlencoded formatted GET requests',
      'notice: MAY allow URL-encoded JSON string {variables} parameter in GETs when accepting application/graphql-response+json',
      'notice: MAY allow URL-encoded JSON string {variables} parameter in GETs when accepting application/json',
    ]);
  });

  test('with the header that CSRF prevention wants, nothing at all is found', async () => {
    const results = await auditServer({
      url: gateway.endpoint,
      fetchFn: (input: string, init: RequestInit = {}) =>
        fetch(input, { ...init, headers: { ...init.headers, 'apollo-require-preflight': '1' } }),
    });
    expect(results.filter(({ status }) => status !== 'ok')).toEqual([]);
  });

  describe('GET', () => {
    test('answers a query with variables', async () => {
      const response = await get({ query: 'query ($of: ID) { word(of: $of) }', variables: '{"of":"7"}' });
      expect([response.status, await response.json()]).toEqual([200, { data: { word: '7' } }]);
    });

    test('does not run a mutation, and says by Allow how to', async () => {
      words.received.length = 0;
      const response = await get({ query: 'mutation { learn(word: "a") }' });
      expect([response.status, response.headers.get('allow')]).toEqual([405, 'POST']);
      expect(words.received).toEqual([]);
    });

    test('without a header that makes a browser ask first is blocked', async () => {
      const response = await get({ query: '{ word }' }, {});
      expect(response.status).toBe(400);
      expect(await response.json()).toMatchObject({ errors: [{ extensions: { code: 'CSRF_BLOCKED' } }] });
    });
  });

  describe('persisted queries', () => {
    const query = '{ word(of: "persisted") }';
    const sha256Hash = createHash('sha256').update(query).digest('hex');
    const extensions = { persistedQuery: { version: 1, sha256Hash } };

    test('are asked for, then known, by POST and by GET', async () => {
      const unknown = await post({ extensions });
      expect([unknown.status, unknown.headers.get('cache-control')]).toEqual([
        200,
        'private, no-cache, must-revalidate',
      ]);
      expect(await unknown.json()).toMatchObject({
        errors: [{ message: 'PersistedQueryNotFound', extensions: { code: 'PERSISTED_QUERY_NOT_FOUND' } }],
      });
      expect(await (await post({ query, extensions })).json()).toEqual({ data: { word: 'persisted' } });
      expect(await (await post({ extensions })).json()).toEqual({ data: { word: 'persisted' } });
      expect(await (await get({ extensions: JSON.stringify(extensions) })).json()).toEqual({
        data: { word: 'persisted' },
      });
    });

    test('are bounded: the one used least recently goes', async () => {
      const persisted = (text: string) => {
        const hash = createHash('sha256').update(text).digest('hex');
        return { persistedQuery: { version: 1, sha256Hash: hash } };
      };
      const texts = ['a', 'b', 'c'].map((word) => `{ word(of: "${word}") }`);
      for (const text of texts) await post({ query: text, extensions: persisted(text) });
      for (const text of texts) {
        expect(await (await post({ extensions: persisted(text) })).json()).toMatchObject({ data: {} });
      }
      expect(await (await post({ extensions })).json()).toMatchObject({
        errors: [{ message: 'PersistedQueryNotFound' }],
      });
    });

    test('are not kept when their document is bad', async () => {
      const bad = '{ nope }';
      const hash = createHash('sha256').update(bad).digest('hex');
      const persisted = { persistedQuery: { version: 1, sha256Hash: hash } };
      await post({ query: bad, extensions: persisted });
      expect(await (await post({ extensions: persisted })).json()).toMatchObject({
        errors: [{ message: 'PersistedQueryNotFound' }],
      });
    });
  });

  describe('compression', () => {
    test.each([
      ['zstd', zstdDecompressSync],
      ['br', brotliDecompressSync],
      ['gzip', gunzipSync],
    ] as const)('answers in %s when asked to', async (encoding, inflate) => {
      const { headers, body } = await request(gateway.endpoint, {
        method: 'POST',
        headers: { ...json, 'accept-encoding': encoding },
        body: '{"query":"{ word }"}',
      });
      const bytes = Buffer.from(await body.arrayBuffer());
      expect(headers['content-encoding']).toBe(encoding);
      expect(headers.vary).toContain('accept-encoding');
      expect(bytes.length).toBeLessThan(500);
      expect(JSON.parse(inflate(bytes).toString())).toEqual({ data: { word: 'x'.repeat(5000) } });
    });

    test('leaves short answers, and those of clients that do not want it, alone', async () => {
      const ask = async (body: string, accepted: string) =>
        (
          await request(gateway.endpoint, {
            method: 'POST',
            headers: { ...json, 'accept-encoding': accepted },
            body,
          })
        ).headers['content-encoding'];
      expect(await ask('{"query":"{ word(of: 1) }"}', 'gzip')).toBeUndefined();
      expect(await ask('{"query":"{ word }"}', 'gzip;q=0, deflate')).toBeUndefined();
    });

    test.each([
      ['gzip', gzipSync],
      ['zstd', zstdCompressSync],
    ] as const)('reads a body in %s', async (encoding, deflate) => {
      const { body } = await request(gateway.endpoint, {
        method: 'POST',
        headers: { ...json, 'content-encoding': encoding },
        body: deflate('{"query":"{ word(of: 2) }"}'),
      });
      expect(await body.json()).toEqual({ data: { word: '2' } });
    });
  });

  describe('CORS', () => {
    test('lets pages of a listed origin read, and answers what they ask before', async () => {
      const before = await fetch(gateway.endpoint, {
        method: 'OPTIONS',
        headers: {
          origin: 'https://app.example',
          'access-control-request-method': 'POST',
          'access-control-request-headers': 'content-type',
        },
      });
      expect(before.status).toBe(204);
      expect(Object.fromEntries(before.headers)).toMatchObject({
        'access-control-allow-origin': 'https://app.example',
        'access-control-allow-methods': 'GET, POST',
        'access-control-allow-headers': 'content-type',
        'access-control-allow-credentials': 'true',
      });
      const answer = await post({ query: '{ word(of: 1) }' }, { origin: 'https://app.example' });
      expect(answer.headers.get('access-control-allow-origin')).toBe('https://app.example');
      expect(answer.headers.get('access-control-expose-headers')).toBe(
        'x-request-id, ratelimit, ratelimit-policy, retry-after',
      );
    });

    test('says nothing to pages of another origin, but that the answer depends on it', async () => {
      const answer = await post({ query: '{ word(of: 1) }' }, { origin: 'https://evil.example' });
      expect(answer.headers.get('access-control-allow-origin')).toBeNull();
      expect(answer.headers.get('vary')).toContain('origin');
    });
  });

  test('a batch is answered in order, each item for itself', async () => {
    const response = await post([
      { query: '{ word(of: 1) }' },
      { query: '{ nope }' },
      { query: '{ word(of: 3) }' },
    ]);
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual([
      { data: { word: '1' } },
      {
        errors: [
          expect.objectContaining({
            extensions: expect.objectContaining({ code: 'GRAPHQL_VALIDATION_FAILED' }),
          }),
        ],
      },
      { data: { word: '3' } },
    ]);
  });

  test('@defer is answered whole', async () => {
    expect((await gateway.query('{ ... @defer(label: "late") { word(of: 1) } }')).body).toEqual({
      data: { word: '1' },
    });
  });

  test('a subscription is refused with its code', async () => {
    const { status, body } = await gateway.query('subscription { word }');
    expect([status, body.errors?.[0]?.extensions.code]).toEqual([400, 'SUBSCRIPTION_NOT_SUPPORTED']);
  });

  test('a browser gets no page in production', async () => {
    for (const path of ['/graphql', '/', '/graphiql/start.js']) {
      const response = await fetch(new URL(path, gateway.endpoint), { headers: { accept: 'text/html' } });
      expect(response.status).toBeGreaterThanOrEqual(400);
      expect(response.headers.get('content-type')).toContain('application/json');
    }
  });

  test('a browser gets GraphiQL in development, all of it from here', async () => {
    const development = await startTestGateway({ subgraphs: [words], mode: 'dev' });
    try {
      const page = await fetch(development.endpoint, { headers: { accept: 'text/html' } });
      const html = await page.text();
      expect(page.headers.get('content-security-policy')).toContain("script-src 'self'");
      const files = [...html.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, path]) => path ?? '');
      expect(files.every((path) => path.startsWith('/graphiql/'))).toBe(true);
      for (const path of files) expect((await fetch(new URL(path, development.endpoint))).status).toBe(200);
    } finally {
      await development.stop();
    }
  });
});
