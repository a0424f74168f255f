import { once } from 'node:events';
import { createServer } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type RunningSubgraph, runToEnd, startExampleSubgraph } from '../support/startExampleSubgraph.ts';

describe('serve', () => {
  let currencies: RunningSubgraph;
  beforeAll(async () => {
    currencies = await startExampleSubgraph('currencies');
  });
  afterAll(async () => {
    await currencies.end();
  });
  const post = (body: string, headers: Record<string, string> = {}) =>
    fetch(currencies.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body,
    });

  test('answers GraphQL over HTTP in the type that was asked for', async () => {
    const body = JSON.stringify({ query: '{ currency(code: "CHF") { name } }' });
    for (const [accept, type] of [
      ['*/*', 'application/json'],
      ['application/json, application/graphql-response+json', 'application/json'],
      ['application/graphql-response+json, application/json', 'application/graphql-response+json'],
    ] as const) {
      const response = await post(body, { accept });
      expect(response.status).toBe(200);
      expect(response.headers.get('content-type')).toBe(`${type}; charset=utf-8`);
      expect(response.headers.get('content-length')).toBe('44');
      expect(await response.json()).toEqual({ data: { currency: { name: 'Swiss Franc' } } });
    }
  });

  test('refuses what is not GraphQL over HTTP, and goes on answering', async () => {
    expect((await post('{')).status).toBe(400);
    expect((await post('{"query":"{"}', { accept: 'application/graphql-response+json' })).status).toBe(400);
    expect((await post('{}', { 'content-type': 'text/plain' })).status).toBe(415);
    expect((await fetch(currencies.url, { method: 'PUT' })).status).toBe(405);
    expect((await fetch(new URL('/other', currencies.url))).status).toBe(404);
    expect((await currencies.ask('{ currency(code: "CHF") { name } }')).status).toBe(200);
  });

  test('refuses a body that no gateway would send', async () => {
    const response = await post(`{"query":"${'x'.repeat(8_000_001)}"}`);
    expect(response.status).toBe(413);
    expect(await response.text()).toBe('The body is over 8000000 bytes.');
  });

  test('refuses an operation that does not fit the schema, each time', async () => {
    for (let time = 0; time < 2; time++) {
      const { data, errors } = await currencies.ask('{ nonsense }');
      expect(data).toBeUndefined();
      expect(errors).toMatchObject([{ message: 'Cannot query field "nonsense" on type "Query".' }]);
    }
  });

  test.each(['SIGTERM', 'SIGINT'] as const)(
    'ends in order on %s, though a connection is kept alive',
    async (signal) => {
      const other = await startExampleSubgraph('currencies');
      await other.ask('{ currencies { code } }');
      expect(await other.end(signal)).toBe(0);
    },
  );

  test('says in one line that its port is taken', async () => {
    const port = new URL(currencies.url).port;
    expect(await runToEnd('currencies', port)).toEqual({
      code: 1,
      stdout: '',
      stderr: `currencies cannot start: port ${port} is taken: stop what listens there, or set PORT to another port.\n`,
    });
  });

  test('says in one line that its port is not a port', async () => {
    const { code, stderr } = await runToEnd('currencies', '65536');
    expect([code, stderr]).toEqual([
      1,
      'currencies cannot start: PORT is "65536"; it must be a number from 0 to 65535.\n',
    ]);
  });

  test('listens on loopback only', async () => {
    const { port } = new URL(currencies.url);
    // Another address of the same port is still free.
    const probe = createServer().listen({ host: '127.0.0.2', port: Number(port) });
    await once(probe, 'listening');
    probe.close();
    await once(probe, 'close');
  });
});
