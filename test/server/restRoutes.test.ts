import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { systemClock } from '../../src/base/clock.ts';
import { watchTrustedDocuments } from '../../src/request/request.ts';
import { eventually, publish } from '../support/adminClient.ts';
import { createManualClock } from '../support/manualClock.ts';
import { silentLog } from '../support/silentLog.ts';
import { type RestGateway, type Shop, startRestGateway, startShop } from './restFixture.ts';

let shop: Shop;

beforeAll(async () => {
  shop = await startShop();
});
afterAll(() => shop.stop());

const get = (path: string) =>
  `query A($sku: ID!) @http(method: GET, path: "${path}") { item(sku: $sku) { sku } }`;
const changing = (method: string) =>
  `mutation A($sku: ID!) @http(method: ${method}, path: "/a/:sku") { remove(sku: $sku) }`;

/** As a gateway does when it starts. */
async function readDocuments(
  files: Record<string, string>,
  routes: Parameters<typeof watchTrustedDocuments>[0]['routes'] = [],
): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'sluice-routes-'));
  try {
    for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
    const reading = { folder, clock: systemClock, log: silentLog };
    (await watchTrustedDocuments({ path: '.', routes }, reading)).close();
  } finally {
    await rm(folder, { recursive: true });
  }
}

describe('routes that do not go together keep the gateway from starting, with a reason that names them', () => {
  const cases: readonly (readonly [what: string, files: Record<string, string>, reason: RegExp])[] = [
    [
      'the same route twice',
      { 'a.graphql': get('/a/:sku'), 'b.graphql': get('/a/:sku').replace('A(', 'B(') },
      /GET \/a\/:sku \(.*a\.graphql, @http\) and GET \/a\/:sku \(.*b\.graphql, @http\) are the same route/,
    ],
    [
      'two that fit the same paths, neither more exact',
      { 'a.graphql': get('/a/:sku'), 'b.graphql': get('/:sku/b') },
      /\/a\/:sku .* and GET \/:sku\/b .* fit the same paths, and neither is the more exact one/,
    ],
    [
      'one path with two names for a variable',
      {
        'a.graphql': get('/a/:sku'),
        'b.graphql': 'mutation B($id: ID!) @http(method: DELETE, path: "/a/:id") { remove(sku: $id) }',
      },
      /are the same path and name its variables differently/,
    ],
    [
      'a mutation by GET',
      { 'a.graphql': changing('GET') },
      /a\.graphql, @http: a mutation is not asked by GET; allowed: POST, PUT, PATCH, DELETE/,
    ],
    [
      'a query by DELETE',
      { 'a.graphql': get('/a/:sku').replace('GET', 'DELETE') },
      /a query changes nothing, and DELETE says it would; allowed: GET, POST/,
    ],
    [
      'a subscription',
      { 'a.graphql': 'subscription @http(method: GET, path: "/a") { a }' },
      /a subscription has no route/,
    ],
    [
      'a method that is none',
      { 'a.graphql': changing('TRACE') },
      /the method is TRACE; allowed: GET, POST, PUT, PATCH, DELETE/,
    ],
    [
      'a variable the operation does not have',
      { 'a.graphql': get('/a/:id') },
      /the operation has no variable \$id; it has \$sku/,
    ],
    ['a path without a slash', { 'a.graphql': get('a') }, /the path is "a"; it begins with \//],
    [
      'a path with dots',
      { 'a.graphql': get('/a/../b/:sku') },
      /the path is "\/a\/\.\.\/b\/:sku"; between slashes are/,
    ],
    ['a path with an escape', { 'a.graphql': get('/a%2fb') }, /between slashes are letters/],
    ['a path with an empty part', { 'a.graphql': get('/a//b') }, /between slashes are letters/],
    ['a variable twice', { 'a.graphql': get('/:sku/:sku') }, /the path has :sku twice/],
    ['the path of the document', { 'a.graphql': get('/openapi.json') }, /is that of the OpenAPI document/],
    [
      'a list in the path',
      {
        'a.graphql':
          'query A($skus: [ID!]) @http(method: GET, path: "/a/:skus") { items(skus: $skus) { sku } }',
      },
      /\$skus is a list, which a path cannot hold/,
    ],
    [
      'a list of lists',
      { 'a.graphql': 'query A($skus: [[ID!]]) @http(method: GET, path: "/a") { a }' },
      /\$skus is a list of lists, which a query string cannot hold/,
    ],
    [
      'a body for GET',
      { 'a.graphql': 'query A($x: ID!) @http(method: GET, path: "/a", body: "x") { a }' },
      /a GET has no body that could be "x"/,
    ],
    [
      'a body that is no variable',
      { 'a.graphql': 'mutation A @http(method: POST, path: "/a", body: "x") { a }' },
      /the operation has no variable \$x; it has none/,
    ],
    [
      'unwrapping two fields',
      { 'a.graphql': 'query A @http(method: GET, path: "/a", unwrap: true) { a b }' },
      /"unwrap" wants an operation with exactly one root field/,
    ],
    [
      'made by what makes nothing',
      { 'a.graphql': 'query A @http(method: POST, path: "/a", created: true) { a }' },
      /"created" is for mutations by POST or PUT, and this is a query by POST/,
    ],
    [
      'made by what takes away',
      { 'a.graphql': 'mutation A @http(method: DELETE, path: "/a", created: true) { a }' },
      /"created" is for mutations by POST or PUT, and this is a mutation by DELETE/,
    ],
    [
      'an argument that is none',
      { 'a.graphql': 'query A @http(method: GET, path: "/a", cache: 5) { a }' },
      /"cache" is no argument; allowed: method, path, body, unwrap, created/,
    ],
    ['no path', { 'a.graphql': 'query A @http(method: GET) { a }' }, /a route has a method and a path/],
    [
      'a path that is no text',
      { 'a.graphql': 'query A @http(method: GET, path: true) { a }' },
      /"path" is no text/,
    ],
  ];
  test.each(cases)('%s', async (_what, files, reason) => {
    await expect(readDocuments(files)).rejects.toThrow(reason);
  });

  test.each([
    [{ document: 'nothing' }, /routes\[0\]: there is no trusted document nothing/],
    [{ document: 'two' }, /the document two holds several operations: "operation" has to say which/],
    [{ document: 'two', operation: 'C' }, /the document two holds no operation C/],
  ])('listed: %j', async (named, reason) => {
    const files = { 'two.graphql': 'query A { a } query B { b }' };
    const routes = [{ method: 'GET' as const, path: '/a', unwrap: false, created: false, ...named }];
    await expect(readDocuments(files, routes)).rejects.toThrow(reason);
  });
});

describe('routes', () => {
  let gateway: RestGateway | null = null;
  const open = async (
    ...given: Parameters<typeof startRestGateway> extends [Shop, ...infer More] ? More : never
  ) => {
    gateway = await startRestGateway(shop, ...given);
    return gateway;
  };
  const close = async () => {
    await gateway?.stop();
    gateway = null;
  };

  test('prefer the more exact path, and take what is written in another way for another path', async () => {
    const files = {
      'one.graphql':
        'query One($sku: ID!) @http(method: GET, path: "/items/:sku") { item(sku: $sku) { sku } }',
      'all.graphql': 'query All @http(method: GET, path: "/items/all") { items(first: 1) { sku } }',
      'deep.graphql':
        'query Deep($kind: ID!, $sku: ID!) @http(method: GET, path: "/:kind/all/:sku") { item(sku: $sku) { sku } more: item(sku: $kind) { sku } }',
    };
    const { rest } = await open(files);
    try {
      expect((await rest('/items/all')).body).toEqual({ items: [{ sku: 'a' }] });
      expect((await rest('/items/b')).body).toEqual({ item: { sku: 'b' } });
      expect((await rest('/items/%61ll')).status).toBe(404); // The item "all", which there is not.
      expect((await rest('/%69tems/b')).body).toMatchObject({
        code: 'NOT_FOUND',
        detail: expect.stringMatching(/^No route/),
      });
      expect((await rest('/items/all/c')).body).toEqual({ item: { sku: 'c' }, more: null });
    } finally {
      await close();
    }
  });

  test('of a manifest stand beside it; what says a route is in no text that is asked or sent on', async () => {
    const texts = {
      'manifest.json': JSON.stringify({
        item: 'query Item($sku: ID!) { item(sku: $sku) { name } }',
        own: 'query Own($sku: ID!) @http(method: GET, path: "/own/:sku") { item(sku: $sku) { sku } }',
      }),
    };
    const routes = [{ method: 'GET', path: '/listed/:sku', document: 'item', unwrap: true }];
    const { rest, query } = await open(texts, { trusted: { routes, mode: 'require' } });
    try {
      expect((await rest('/listed/b')).body).toEqual({ name: 'Bread' });
      expect((await rest('/own/b')).body).toEqual({ item: { sku: 'b' } });
      const variables = { sku: 'a' };
      const asked = [
        'query Own($sku: ID!) @http(method: GET, path: "/own/:sku") { item(sku: $sku) { sku } }',
        'query Own($sku: ID!) { item(sku: $sku) { sku } }',
      ];
      for (const text of asked)
        expect((await query(text, { variables })).body).toEqual({ data: { item: { sku: 'a' } } });
      expect((await query('{ items { sku } }')).body.errors?.[0]?.extensions.code).toBe(
        'PERSISTED_QUERY_REQUIRED',
      );
      for (const { body } of shop.goods.received) expect(body.query).not.toContain('@http');
    } finally {
      await close();
    }
  });

  test('whose operation does not fit what is published any more are 503, told in the log, and not in the document', async () => {
    const { rest, adminUrl, logged } = await open({
      'name.graphql':
        'query Named($sku: ID!) @http(method: GET, path: "/names/:sku") { item(sku: $sku) { name } }',
      'count.graphql':
        'query Counted($sku: ID!) @http(method: GET, path: "/counts/:sku") { item(sku: $sku) { count } }',
      'bad.graphql':
        'query Bad($input: NewItem!) @http(method: GET, path: "/bad") { items(text: $input) { sku } }',
      'listed.graphql':
        'query Listed($filters: [Filter!]) @http(method: GET, path: "/listed") { count: items(first: 1) @skip(if: false) { sku } find(filter: { name: "x", and: $filters }) }',
    });
    const paths = async () => Object.keys((await rest('/openapi.json')).body?.['paths' as never] ?? {});
    const left = () => logged().filter(({ msg }) => String(msg).startsWith('a route does not fit'));
    try {
      expect(await paths()).toEqual(['/counts/{sku}', '/names/{sku}']);
      expect(left().sort((one, other) => String(one.path).localeCompare(String(other.path)))).toEqual([
        expect.objectContaining({ level: 'warn', path: '/bad', why: expect.stringContaining('$input') }),
        expect.objectContaining({
          path: '/listed',
          why: '$filters is of the input object Filter, which no query string can hold: let it be the body',
        }),
      ]);
      expect((await rest('/counts/a')).status).toBe(200);
      const { name, url } = shop.stock;
      await publish({ adminUrl }, [{ name, url, sdl: 'type Query { stocked: Int }' }], {
        allowBreaking: true,
      });
      const gone = await eventually(async () => {
        const reply = await rest('/counts/a');
        return reply.status === 503 ? reply : null;
      });
      expect(gone.body).toMatchObject({ status: 503, code: 'ROUTE_UNAVAILABLE' });
      expect(gone.text).not.toContain('count"');
      expect((await rest('/names/a')).status).toBe(200);
      expect(await paths()).toEqual(['/names/{sku}']);
      expect(left().find(({ path }) => path === '/counts/:sku')).toMatchObject({
        why: expect.stringContaining('Cannot query field'),
      });
    } finally {
      await close();
    }
  });

  test('come and go with their documents; those that do not go together change nothing', async () => {
    const clock = createManualClock();
    const { rest, operations, logText } = await open({ 'a.graphql': get('/a/:sku') }, { clock });
    const seen = <Value>(look: () => Promise<Value | null> | Value | null) =>
      eventually(() => {
        clock.advance(5000);
        return look();
      });
    try {
      expect((await rest('/a/a')).status).toBe(200);
      await writeFile(join(operations, 'a.graphql'), get('/bread/:sku'));
      await seen(async () => ((await rest('/bread/a')).status === 200 ? true : null));
      expect((await rest('/a/a')).status).toBe(404);
      expect((await rest('/openapi.json')).text).toContain('"/bread/{sku}"');
      await writeFile(join(operations, 'b.graphql'), get('/bread/:sku').replace('A(', 'B('));
      await seen(() => (logText().includes('are the same route') ? true : null));
      expect((await rest('/bread/a')).status).toBe(200);
    } finally {
      await close();
    }
  });
});
