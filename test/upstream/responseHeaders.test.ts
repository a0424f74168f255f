import type { ServerResponse } from 'node:http';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { startSubgraph, type TestSubgraph } from '../support/startSubgraph.ts';
import { startTestGateway, type TestGateway } from '../support/startTestGateway.ts';

describe("headers of subgraphs' answers", () => {
  let one: TestSubgraph;
  let two: TestSubgraph;
  let gateway: TestGateway;

  beforeAll(async () => {
    one = await startSubgraph('one', { sdl: 'type Query { one: Int }' });
    two = await startSubgraph('two', { sdl: 'type Query { two: Int }' });
    const responseHeaders = [
      { name: 'Set-Cookie' },
      { name: 'x-first', merge: 'first' },
      { name: 'x-last', merge: 'last' },
      { name: 'x-all' },
      { name: 'cache-control', merge: 'mostRestrictive' },
      { name: 'x-left', merge: 'mostRestrictive' },
    ];
    gateway = await startTestGateway({ subgraphs: [one, two], settings: { upstream: { responseHeaders } } });
  });
  beforeEach(() => {
    one.intercept(null);
    two.intercept(null);
  });
  afterAll(async () => {
    await gateway.stop();
    await one.stop();
    await two.stop();
  });

  /** `one` answers first. */
  const answering = (ofOne: Record<string, string | string[]>, ofTwo: Record<string, string | string[]>) => {
    const answer = (response: ServerResponse, headers: object, data: object) =>
      response
        .writeHead(200, { 'content-type': 'application/json', ...headers })
        .end(JSON.stringify({ data }));
    let held: (() => void) | null = null;
    two.intercept((response) => {
      held = () => answer(response, ofTwo, { two: 2 });
    });
    one.intercept((response) => {
      answer(response, ofOne, { one: 1 });
      const release = setInterval(() => {
        if (!held) return;
        clearInterval(release);
        setTimeout(held, 50);
      }, 5);
    });
  };
  const ask = async (query = '{ one two }') => (await gateway.query(query)).headers;

  test('go back by rule only, merged as the rule says', async () => {
    answering(
      { 'x-first': 'a', 'x-last': 'a', 'x-all': 'a', 'x-left': '7', 'x-other': 'secret', server: 's' },
      { 'x-first': 'b', 'x-last': 'b', 'x-all': ['b', 'c'], 'x-left': '3' },
    );
    const headers = await ask();
    const names = ['x-first', 'x-last', 'x-all', 'x-left', 'x-other', 'server'];
    expect(names.map((name) => headers.get(name))).toEqual(['a', 'b', 'a, b, c', '3', null, null]);
  });

  test('that are cookies go back each by itself', async () => {
    answering({ 'set-cookie': ['a=1; Path=/', 'b=2'] }, { 'set-cookie': 'c=3' });
    expect((await ask()).getSetCookie()).toEqual(['a=1; Path=/', 'b=2', 'c=3']);
  });

  test.each([
    ['max-age=60', 'max-age=10', 'max-age=10'],
    ['public, max-age=60', 'public, max-age=10', 'public, max-age=10'],
    ['public, max-age=60', 'private, max-age=90', 'private, max-age=60'],
    ['no-store, max-age=60', 'public, max-age=60', 'no-store'],
    ['max-age=60', 'public', 'max-age=60, no-cache'],
    ['no-cache', 'max-age=5', 'no-cache, max-age=5'],
  ])('of caching: %s and %s make %s', async (ofOne, ofTwo, expected) => {
    answering({ 'cache-control': ofOne }, { 'cache-control': ofTwo });
    expect((await ask()).get('cache-control')).toBe(expected);
  });

  test('of caching: an answer with errors is stored by nobody', async () => {
    one.intercept((response) =>
      response
        .writeHead(200, { 'content-type': 'application/json', 'cache-control': 'max-age=60' })
        .end('{"data":{"one":null},"errors":[{"message":"no"}]}'),
    );
    expect((await ask('{ one }')).get('cache-control')).toBe('no-store');
  });

  test('that belong to a connection, or to the gateway, cannot have a rule', async () => {
    for (const name of ['connection', 'Transfer-Encoding', 'content-type', 'access-control-allow-origin']) {
      const settings = { upstream: { responseHeaders: [{ name }] } };
      await expect(startTestGateway({ settings })).rejects.toThrow('allowed: a header that does not belong');
    }
  });
});
