import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { headerIdentity, sessionHeader } from '../support/headerIdentity.ts';
import { startSubgraph, type TestSubgraph } from '../support/startSubgraph.ts';
import { startTestGateway, type TestGateway } from '../support/startTestGateway.ts';

interface Item {
  readonly query: string;
  readonly headers?: Record<string, string>;
  readonly refuse?: boolean;
}

describe('the header fields of a batch', () => {
  let things: TestSubgraph;
  let gateway: TestGateway;
  beforeAll(async () => {
    things = await startSubgraph('things', {
      sdl: 'type Query { one: Thing all: [Thing] } type Thing { id: ID }',
      resolvers: { Query: { one: () => ({ id: '1' }), all: () => [{ id: '1' }] } },
    });
    gateway = await startTestGateway({
      subgraphs: [things],
      identity: headerIdentity,
      settings: {
        server: { batch: { max: 5 } },
        plugins: [fileURLToPath(new URL('plugins/tellHeaders.ts', import.meta.url))],
        limits: { quotas: [{ consumer: 'acme', per: 'month', cost: 5 }] },
      },
    });
  });
  afterAll(async () => {
    await gateway.stop();
    await things.stop();
  });

  const send = (items: readonly Item[], headers: Record<string, string> = {}) =>
    fetch(gateway.endpoint, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(items.map(({ query, ...extensions }) => ({ query, extensions }))),
    });
  const one = (headers: Record<string, string>): Item => ({ query: '{ one { id } }', headers });

  test('are what plugins set for any of its operations; of two values the later one', async () => {
    const { status, headers } = await send([
      one({ 'x-first': '1', 'x-both': 'first', 'content-type': 'text/plain' }),
      one({ 'x-second': '2', 'x-both': 'second' }),
    ]);
    const told = ['x-first', 'x-second', 'x-both', 'content-type'].map((name) => headers.get(name));
    expect([status, ...told]).toEqual([200, '1', '2', 'second', 'application/json; charset=utf-8']);
  });

  test.each<[string, Record<string, string>[], Record<string, string | null>]>([
    [
      'as the draft has them',
      [{ ratelimit: '"own";r=7;t=1' }, { ratelimit: '"own";r=2;t=9' }, { ratelimit: '"own";r=5;t=3' }],
      { ratelimit: '"own";r=2;t=9' },
    ],
    [
      'as many services have them',
      [
        { 'x-ratelimit-remaining': '3', 'x-ratelimit-reset': '60', 'x-ratelimit-limit': '9' },
        { 'x-ratelimit-remaining': '4', 'x-ratelimit-reset': '10' },
      ],
      { 'x-ratelimit-remaining': '3', 'x-ratelimit-reset': '60', 'x-ratelimit-limit': '9' },
    ],
    [
      'as an older draft had them, where one says nothing that can be read',
      [{ ratelimit: 'limit=9, remaining=1, reset=5' }, { ratelimit: 'much' }],
      { ratelimit: 'limit=9, remaining=1, reset=5' },
    ],
  ])('of limits are those of the operation with the least left, %s', async (_form, items, expected) => {
    const { headers } = await send(items.map(one));
    expect(Object.fromEntries(Object.keys(expected).map((name) => [name, headers.get(name)]))).toEqual(
      expected,
    );
  });

  test('are not those that one of them was refused with', async () => {
    const response = await send([one({ 'x-first': '1' }), { query: '{ one { id } }', refuse: true }]);
    const [good, refused] = (await response.json()) as { errors?: { extensions: { code: string } }[] }[];
    expect([response.status, response.headers.get('x-first'), response.headers.get('retry-after')]).toEqual([
      200,
      '1',
      null,
    ]);
    expect([good?.errors, refused?.errors?.[0]?.extensions.code]).toEqual([undefined, 'RATE_LIMITED']);
  });

  test('about a quota tell of the operation that was refused, not of a cheaper one after it', async () => {
    const acme = sessionHeader({ subject: 'ann', consumer: 'acme' });
    const { headers } = await send([{ query: '{ all { id } }' }, { query: '{ one { id } }' }], acme);
    expect(headers.get('ratelimit')).toMatch(/^"quotas\[0\]\.cost";r=0;t=\d+$/);
    const after = await send([{ query: '{ one { id } }' }], acme);
    expect(after.headers.get('ratelimit')).toMatch(/^"quotas\[0\]\.cost";r=3;t=\d+$/);
  });

  test('of an operation by itself are as they were', async () => {
    const { status, headers } = await gateway.query('{ one { id } }', {
      headers: sessionHeader({ subject: 'ann' }),
    });
    expect([status, headers.get('retry-after')]).toEqual([200, null]);
    const refused = await fetch(gateway.endpoint, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query: '{ one { id } }', extensions: { refuse: true } }),
    });
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '30']);
  });
});
