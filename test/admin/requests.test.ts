import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Sent, startAdmin, type TestAdmin } from './adminFixture.ts';

let admin: TestAdmin;
beforeAll(async () => {
  admin = await startAdmin();
});
afterAll(() => admin.close());

const json = (value: unknown) => JSON.stringify(value);
const query = '{ status { ready } }';

describe('requests to the admin', () => {
  const cases: Array<[what: string, sent: Sent, status: number, code: string]> = [
    ['a path that is not there', { path: '/metric' }, 404, 'NOT_FOUND'],
    [
      'GET of the API',
      { method: 'GET', path: `/graphql?query=${encodeURIComponent(query)}` },
      405,
      'METHOD_NOT_ALLOWED',
    ],
    ['POST to the page', { path: '/' }, 405, 'METHOD_NOT_ALLOWED'],
    [
      'a form',
      { headers: { 'content-type': 'text/plain' }, body: json({ query }) },
      415,
      'UNSUPPORTED_MEDIA_TYPE',
    ],
    [
      'a charset that is not UTF-8',
      { headers: { 'content-type': 'application/json; charset=latin1' }, body: json({ query }) },
      415,
      'UNSUPPORTED_MEDIA_TYPE',
    ],
    [
      'a body compressed in a way that is not read',
      { headers: { 'content-encoding': 'compress' }, body: json({ query }) },
      415,
      'UNSUPPORTED_MEDIA_TYPE',
    ],
    [
      'an Accept of something else',
      { headers: { accept: 'text/html' }, body: json({ query }) },
      406,
      'NOT_ACCEPTABLE',
    ],
    [
      'a body that is not compressed as it says',
      { headers: { 'content-encoding': 'gzip' }, body: json({ query }) },
      400,
      'BAD_REQUEST',
    ],
    [
      'a small body that inflates to a large one',
      { headers: { 'content-encoding': 'gzip' }, body: gzipSync(Buffer.alloc(20 * 1024 ** 2, 32)) },
      413,
      'BODY_TOO_LARGE',
    ],
    ['an empty body', { body: '' }, 400, 'BAD_REQUEST'],
    ['a body that is not JSON', { body: '{' }, 400, 'BAD_REQUEST'],
    ['a body that is a list', { body: json([{ query }]) }, 400, 'BAD_REQUEST'],
    ['a body that is not UTF-8', { body: Buffer.from([0x22, 0xff, 0x22]) }, 400, 'BAD_REQUEST'],
    ['a body without a query', { body: json({}) }, 400, 'BAD_REQUEST'],
    ['variables that are a list', { body: json({ query, variables: [] }) }, 400, 'BAD_REQUEST'],
    ['a body over 8 MB', { body: json({ query: ' '.repeat(8 * 1024 ** 2) }) }, 413, 'BODY_TOO_LARGE'],
    ['a document that is not GraphQL', { body: json({ query: '{ status {' }) }, 400, 'GRAPHQL_PARSE_FAILED'],
    [
      'a document of too many tokens',
      { body: json({ query: `{ ${'status '.repeat(10_001)} }` }) },
      400,
      'GRAPHQL_PARSE_FAILED',
    ],
    ['an unknown field', { body: json({ query: '{ stats }' }) }, 400, 'GRAPHQL_VALIDATION_FAILED'],
    [
      'a subscription',
      { body: json({ query: 'subscription { __typename }' }) },
      400,
      'SUBSCRIPTION_NOT_SUPPORTED',
    ],
    [
      'an operation that is not in the document',
      { body: json({ query, operationName: 'B' }) },
      400,
      'OPERATION_RESOLUTION_FAILURE',
    ],
    [
      'a variable that does not fit',
      {
        body: json({ query: 'query ($v: Int!) { supergraph(version: $v) { sdl } }', variables: { v: 'x' } }),
      },
      400,
      'BAD_USER_INPUT',
    ],
  ];

  test.each(cases)('%s is refused', async (_what, sent, status, code) => {
    const answer = await admin.send(sent);
    expect(answer.json).toEqual({
      errors: [
        { message: expect.any(String), extensions: { code, requestId: answer.headers['x-request-id'] } },
      ],
    });
    expect(answer.status).toBe(status);
    if (status === 405) expect(answer.headers.allow).toBeDefined();
    expect((await admin.ask(query)).status).toBe(200);
  });

  test('a body that turns out too large while it arrives is refused as well', async () => {
    const { promise, resolve } = Promise.withResolvers<number>();
    const { request } = await import('node:http');
    const sending = request(`${admin.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
    });
    sending.on('response', (response) => resolve(response.resume().statusCode ?? 0));
    sending.on('error', () => resolve(0));
    for (let sent = 0; sent < 10; sent += 1) sending.write(Buffer.alloc(1024 ** 2, 32));
    expect(await promise).toBe(413);
    sending.destroy();
  });

  test('a body may be compressed, or begin with a mark of its byte order', async () => {
    expect((await admin.send({ body: `\ufeff${json({ query })}` })).status).toBe(200);
    const body = gzipSync(json({ query }));
    expect((await admin.send({ headers: { 'content-encoding': 'gzip' }, body })).status).toBe(200);
  });

  test('who asks whether to send a body is told before, or told to go on', async () => {
    const { request } = await import('node:http');
    const ask = async (length: number) => {
      const { promise, resolve, reject } = Promise.withResolvers<[continued: number, status: number]>();
      let continued = 0;
      const headers = {
        'content-type': 'application/json',
        'content-length': length,
        expect: '100-continue',
      };
      const sending = request(`${admin.url}/graphql`, { method: 'POST', headers, agent: false });
      sending.on('continue', () => {
        continued += 1;
        sending.end(json({ query }));
      });
      sending.on('response', (response) => resolve([continued, response.resume().statusCode ?? 0]));
      sending.on('error', reject);
      sending.flushHeaders();
      const told = await promise;
      sending.destroy();
      return told;
    };
    expect(await ask(json({ query }).length)).toEqual([1, 200]);
    expect(await ask(100 * 1024 ** 2)).toEqual([0, 413]);
  });

  test('the page is there for people, and nothing is cached', async () => {
    const page = await admin.send({ method: 'GET', path: '/' });
    expect([page.status, page.headers['content-type']]).toEqual([200, 'text/plain; charset=utf-8']);
    expect(page.headers['cache-control']).toBe('no-store');
    expect((await admin.send({ method: 'HEAD', path: '/' })).text).toBe('');
  });

  test('answers in the media type that is asked for', async () => {
    const answer = await admin.ask(
      query,
      {},
      { accept: 'application/graphql-response+json, application/json;q=0.9' },
    );
    expect(answer.status).toBe(200);
    expect(answer.headers['content-type']).toBe('application/graphql-response+json; charset=utf-8');
  });

  test('an unknown failure says nothing but its request id, and the log has the cause', async () => {
    const failing = await startAdmin({
      status: () => {
        throw new Error('secret inside');
      },
    });
    try {
      const answer = await failing.ask(query);
      expect(answer.status).toBe(500);
      expect(answer.text).not.toContain('secret');
      expect(answer.json.errors?.[0]?.extensions.code).toBe('INTERNAL_SERVER_ERROR');
      expect(failing.logged).toEqual([
        expect.objectContaining({
          requestId: answer.headers['x-request-id'],
          err: expect.objectContaining({ message: 'secret inside' }),
        }),
      ]);
    } finally {
      await failing.close();
    }
  });

  test('without a registry it says so, and shows what is served', async () => {
    const served = { version: null, hash: 'abc', sdl: 'type Query { a: Int }', subgraphs: [] };
    const source = { current: () => served, onChange: () => () => undefined };
    const bare = await startAdmin({ source });
    try {
      const seen = await bare.ask(
        '{ status { registry hash } supergraph { sdl version } history { version } }',
      );
      expect(seen.json.data).toEqual({
        status: { registry: false, hash: 'abc' },
        supergraph: { sdl: served.sdl, version: null },
        history: null,
      });
      const refused = await bare.ask('mutation { unpublish(name: "a") { version } }');
      expect(refused.status).toBe(404);
      expect(refused.json.errors?.[0]?.message).toContain('has no registry');
    } finally {
      await bare.close();
    }
  });
});
