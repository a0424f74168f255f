import type { ServerResponse } from 'node:http';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { eventually } from '../support/adminClient.ts';
import { startSubgraph, type TestSubgraph } from '../support/startSubgraph.ts';
import { startTestGateway, type TestGateway } from '../support/startTestGateway.ts';

describe('upstream', () => {
  let subgraph: TestSubgraph;
  let other: TestSubgraph;
  /** By the upstream settings they were started with: starting one takes half a second. */
  const gateways = new Map<string, TestGateway>();

  beforeAll(async () => {
    subgraph = await startSubgraph('words', {
      sdl: 'type Query { word: String }',
      resolvers: { Query: { word: () => 'hello' } },
    });
    other = await startSubgraph('numbers', {
      sdl: 'type Query { number: Int }',
      resolvers: { Query: { number: () => 1 } },
    });
  });
  beforeEach(() => {
    subgraph.received.length = 0;
    subgraph.intercept(null);
  });
  afterAll(async () => {
    for (const gateway of gateways.values()) await gateway.stop();
    await subgraph.stop();
    await other.stop();
  });

  async function start(upstream: object): Promise<TestGateway> {
    const key = JSON.stringify(upstream);
    // One try each, however many fail.
    const settings = { upstream: { retry: { max: 0 }, breaker: { mode: 'off' }, ...upstream } };
    const gateway = gateways.get(key) ?? (await startTestGateway({ subgraphs: [subgraph, other], settings }));
    gateways.set(key, gateway);
    return gateway;
  }

  describe('headers', () => {
    const client = {
      authorization: 'Bearer abc',
      'x-team': 'a',
      'x-tenant': 'b',
      cookie: 'c=1',
      'accept-language': 'de',
    };
    const receivedNames = ({ received }: TestSubgraph) => Object.keys(received.at(-1)?.headers ?? {}).sort();
    const always = ['accept', 'connection', 'content-length', 'content-type', 'host', 'x-request-id'].concat(
      'x-request-timeout-ms',
    );

    test('of the client do not travel on by themselves', async () => {
      const { query } = await start({});
      const { headers } = await query('{ word }', { headers: client });
      expect(receivedNames(subgraph)).toEqual(always);
      expect(subgraph.received[0]?.headers['x-request-id']).toBe(headers.get('x-request-id'));
    });

    test('travel on by name, by glob, under another name; are set and removed; for all subgraphs or one', async () => {
      const { query } = await start({
        headers: [
          { propagate: 'Authorization' },
          { propagate: 'x-t*' },
          { rename: { from: 'accept-language', to: 'x-language' } },
          { set: { 'x-gateway': 'sluice' } },
        ],
        subgraphs: { numbers: { headers: [{ remove: 'x-t*' }, { set: { 'x-only': 'numbers' } }] } },
      });
      await query('{ word number }', { headers: client });
      expect(receivedNames(subgraph)).toEqual(
        [...always, 'authorization', 'x-gateway', 'x-language', 'x-team', 'x-tenant'].sort(),
      );
      expect(receivedNames(other)).toEqual(
        [...always, 'authorization', 'x-gateway', 'x-language', 'x-only'].sort(),
      );
      expect(subgraph.received[0]?.headers).toMatchObject({
        authorization: 'Bearer abc',
        'x-language': 'de',
        'x-gateway': 'sluice',
      });
    });

    test('that are credentials travel on by their name, never because a glob matches them', async () => {
      const names = ['authorization', 'cookie', 'x-api-key'];
      const credentials = Object.fromEntries(names.map((name) => [name, 'secret']));
      const received = async (rules: readonly string[]) => {
        const headers = rules.map((propagate) => ({ propagate }));
        // Keys are not looked at here, so that one of a subgraph may be sent.
        const settings = { identity: { apiKeys: { enabled: false } }, upstream: { headers } };
        const gateway = await startTestGateway({ subgraphs: [subgraph], settings });
        await gateway.query('{ word }', { headers: { ...credentials, 'x-team': 'a' } });
        await gateway.stop();
        return receivedNames(subgraph).filter((name) => names.includes(name) || name === 'x-team');
      };
      expect(await received(['*', 'x-*', 'a*'])).toEqual(['x-team']);
      expect(await received(names)).toEqual(names);
    });

    test('that belong to one connection never travel on, whatever the rules say', async () => {
      const { query } = await start({ headers: [{ propagate: '*' }] });
      await query('{ word }', { headers: { ...client, te: 'trailers', 'proxy-authorization': 'x' } });
      expect(receivedNames(subgraph)).not.toEqual(expect.arrayContaining(['te']));
      expect(receivedNames(subgraph)).not.toEqual(expect.arrayContaining(['proxy-authorization']));
      expect(subgraph.received[0]?.headers.host).toBe(new URL(subgraph.url).host);
    });
  });

  describe('a call fails alone, with its code, and the rest is answered, when the subgraph', () => {
    const json = { 'content-type': 'application/json' };
    const cases: readonly [string, string, (response: ServerResponse) => void][] = [
      [
        'answers HTML',
        'SUBGRAPH_MALFORMED_RESPONSE',
        (r) => r.writeHead(200, { 'content-type': 'text/html' }).end('<p>'),
      ],
      ['answers nothing', 'SUBGRAPH_MALFORMED_RESPONSE', (r) => r.writeHead(204).end()],
      [
        'answers broken JSON',
        'SUBGRAPH_MALFORMED_RESPONSE',
        (r) => r.writeHead(200, json).end('{"data":{"word":'),
      ],
      ['answers {}', 'SUBGRAPH_MALFORMED_RESPONSE', (r) => r.writeHead(200, json).end('{}')],
      [
        'answers a list of errors that is none',
        'SUBGRAPH_MALFORMED_RESPONSE',
        (r) => r.writeHead(200, json).end('{"errors":"x"}'),
      ],
      [
        'redirects',
        'SUBGRAPH_MALFORMED_RESPONSE',
        (r) => r.writeHead(302, { location: 'http://127.0.0.1:1/' }).end(),
      ],
      [
        'is a proxy that says 503',
        'SUBGRAPH_UNREACHABLE',
        (r) => r.writeHead(503, { 'content-type': 'text/plain' }).end('down'),
      ],
      ['hangs up', 'SUBGRAPH_UNREACHABLE', (r) => r.destroy()],
      ['hangs', 'SUBGRAPH_TIMEOUT', () => undefined],
      ['stops in the middle of its body', 'SUBGRAPH_TIMEOUT', (r) => r.writeHead(200, json).write('{"data"')],
      [
        'answers too much',
        'SUBGRAPH_RESPONSE_TOO_LARGE',
        (r) => r.writeHead(200, json).end(`{"data":{"word":"${'x'.repeat(70_000)}"}}`),
      ],
      [
        'answers too much once inflated',
        'SUBGRAPH_RESPONSE_TOO_LARGE',
        (r) =>
          r
            .writeHead(200, { ...json, 'content-encoding': 'gzip' })
            .end(gzipSync(`{"data":{"word":"${'x'.repeat(70_000)}"}}`)),
      ],
      [
        'encodes its answer a thousand times',
        'SUBGRAPH_MALFORMED_RESPONSE',
        (r) => r.writeHead(200, { ...json, 'content-encoding': `${'gzip, '.repeat(999)}gzip` }).end('x'),
      ],
    ];

    test.each(cases)('%s', async (_what, code, misbehave) => {
      const { query } = await start({ timeout: '1500ms', maxResponse: '64KB' });
      subgraph.intercept((response) => misbehave(response));
      const { status, body } = await query('{ word number }');
      expect(status).toBe(200);
      expect(body.data).toEqual({ word: null, number: 1 });
      expect(body.errors).toEqual([expect.objectContaining({ extensions: { code, subgraph: 'words' } })]);
      expect(JSON.stringify(body)).not.toContain(new URL(subgraph.url).host);
    });
  });

  test('a gzip answer is read', async () => {
    const { query } = await start({});
    subgraph.intercept((response) =>
      response
        .writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' })
        .end(gzipSync('{"data":{"word":"zipped"}}')),
    );
    expect((await query('{ word }')).body).toEqual({ data: { word: 'zipped' } });
  });

  test("a subgraph's own errors keep message, path and code; other extensions only by name", async () => {
    const { query } = await start({ errorExtensions: ['hint'] });
    const error = {
      message: 'No such word',
      path: ['word'],
      extensions: { code: 'NO_WORD', hint: 'try', stacktrace: ['secret'] },
    };
    subgraph.intercept((response) =>
      response
        .writeHead(200, { 'content-type': 'application/json' })
        .end(JSON.stringify({ data: { word: null }, errors: [error, { message: 'Uncoded' }] })),
    );
    const { body } = await query('{ word }');
    expect(body).toEqual({
      data: { word: null },
      errors: [
        {
          message: 'No such word',
          path: ['word'],
          extensions: { code: 'NO_WORD', hint: 'try', subgraph: 'words' },
        },
        expect.objectContaining({
          message: 'Uncoded',
          extensions: { code: 'SUBGRAPH_ERROR', subgraph: 'words' },
        }),
      ],
    });
  });

  test('a call is given up when the client goes away', async () => {
    const { endpoint } = await start({});
    let closed = false;
    subgraph.intercept((response) =>
      response.on('close', () => {
        closed = true;
      }),
    );
    const client = new AbortController();
    const asked = fetch(endpoint, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"query":"{ word }"}',
      signal: client.signal,
    });
    await eventually(() => (subgraph.received.length > 0 ? true : null));
    client.abort();
    await expect(asked).rejects.toThrow();
    await eventually(() => (closed ? true : null), 1000);
  });
});
