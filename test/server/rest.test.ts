import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { askAdmin, eventually } from '../support/adminClient.ts';
import { sessionHeader } from '../support/headerIdentity.ts';
import type { ReceivedSpan } from '../support/otlp.ts';
import { type Collector, startCollector } from '../support/startCollector.ts';
import {
  type RestGateway,
  type RestRequest,
  type Shop,
  shopRoutes,
  startRestGateway,
  startShop,
} from './restFixture.ts';

let shop: Shop;
let gateway: RestGateway;
let collector: Collector;

beforeAll(async () => {
  shop = await startShop();
  collector = await startCollector();
  const traces = { endpoint: collector.endpoint, sampling: 1, interval: '100ms' };
  const plugin = fileURLToPath(new URL('plugins/teapot.ts', import.meta.url));
  const settings = { observability: { traces }, upstream: { timeout: '800ms' }, plugins: [plugin] };
  gateway = await startRestGateway(shop, undefined, { settings });
});
afterAll(async () => {
  await gateway.stop();
  await collector.stop();
  await shop.stop();
});

const problem = (status: number, code: string, detail: unknown = expect.any(String)) =>
  expect.objectContaining({ type: 'about:blank', status, code, detail, requestId: expect.any(String) });

/** What the subgraph was asked last, with which variables. */
const lastAsked = () => shop.goods.received.at(-1)?.body;

describe('a route', () => {
  test('answers what the operation answers, the data or the one field of it', async () => {
    const { status, headers, body } = await gateway.rest('/items/a');
    expect([status, body]).toEqual([200, { sku: 'a', name: 'Apple', count: 7 }]);
    expect(headers.get('content-type')).toBe('application/json; charset=utf-8');
    const asGraphQL = await gateway.query('{ item(sku: "a") { sku name count } }');
    expect(asGraphQL.body.data).toEqual({ item: body });
    const whole = await gateway.rest('/items?first=1');
    expect(whole.body).toEqual({ items: [{ sku: 'a', name: 'Apple' }] });
  });

  test('gives its operation what stands in path and query, by the types of its variables', async () => {
    const query = 'kind=TOOL&first=3&skus=a&skus=5&dear=true&above=-1.5e2&text=x+%2B%20%C3%BC';
    expect((await gateway.rest(`/items?${query}`)).status).toBe(200);
    expect(lastAsked()?.variables).toEqual({
      kind: 'TOOL',
      first: 3,
      skus: ['a', '5'],
      dear: true,
      above: -150,
      text: 'x + ü',
    });
    const { body } = await gateway.rest('/echo/a%20b?when=2030-01-01&number=007');
    expect(body).toEqual({ echo: { text: 'a b', when: '2030-01-01', number: 7 } });
  });

  test('leaves defaults to the operation, and what is not given away', async () => {
    expect((await gateway.rest('/items')).body).toEqual({
      items: [
        { sku: 'a', name: 'Apple' },
        { sku: 'b', name: 'Bread' },
      ],
    });
    expect((await gateway.rest('/echo/x')).body).toEqual({ echo: { text: 'x', when: null, number: null } });
  });

  test('takes a body: its members for the variables, or all of it for one', async () => {
    expect(await asked('/search', { method: 'POST', body: { text: 'x', number: 5 } })).toEqual([
      200,
      { echo: { text: 'x', number: 5 } },
    ]);
    expect(await asked('/items', { method: 'POST', body: { sku: 'n', name: 'Nut' } })).toEqual([
      200,
      { add: { sku: 'n', name: 'Nut', kind: 'FOOD' } },
    ]);
    expect(await asked('/items/n', { method: 'PATCH', body: { name: 'Nuts' } })).toEqual([
      200,
      { sku: 'n', name: 'Nuts' },
    ]);
  });

  test('says what the value of a type has in it', async () => {
    expect((await gateway.rest('/things/box')).body).toEqual({ __typename: 'Box', sides: 6 });
    expect((await gateway.rest('/things/a')).body).toEqual({ __typename: 'Item', sku: 'a', name: 'Apple' });
  });

  test('whose one thing is null is not there; a change that answers null is done', async () => {
    expect(await asked('/items/zzz')).toEqual([404, problem(404, 'NOT_FOUND')]);
    expect(await asked('/items/zzz', { method: 'DELETE' })).toEqual([200, null]);
  });
});

describe('an input object in a query string', () => {
  test.each([
    ['filter.name=Pear', { name: 'Pear', kind: 'FOOD' }],
    ['filter.name=a%2Eb&filter.kind=TOOL', { name: 'a.b', kind: 'TOOL' }],
    ['filter.name=x&filter.tags=red&filter.tags=big', { name: 'x', kind: 'FOOD', tags: ['red', 'big'] }],
    [
      'filter.price.from=1.5&filter.name=x&filter.price.to=3',
      { name: 'x', kind: 'FOOD', price: { from: 1.5, to: 3 } },
    ],
  ])('?%s', async (search, filter) => {
    const [status, body] = await asked(`/find?${search}`);
    expect([status, JSON.parse(body as string)]).toEqual([200, filter]);
  });

  test('that is not given is not given', async () => {
    expect(await asked('/find')).toEqual([200, 'null']);
  });

  const known = 'allowed: filter.name, filter.kind, filter.price.from, filter.price.to, filter.tags.';
  test.each([
    ['filter.kind=TOOL', 'The parameter "filter.name" is missing; it has to be given.'],
    ['filter.name=x&filter.price.to=3', 'The parameter "filter.price.from" is missing; it has to be given.'],
    [
      'filter.name=x&filter.kind=food',
      /"filter\.kind" got invalid value "food"; allowed: one of FOOD, TOOL\./,
    ],
    ['filter.name=x&filter.name=y', 'The parameter "filter.name" is given more than once; allowed: once.'],
    ['filter=x', `The parameter "filter" is not known here; ${known}`],
    ['filter.price=1', `The parameter "filter.price" is not known here; ${known}`],
    ['filter.__proto__.x=1', `The parameter "filter.__proto__.x" is not known here; ${known}`],
    // They may hold themselves, and a query string cannot.
    ['filter.not.name=x', `The parameter "filter.not.name" is not known here; ${known}`],
    ['filter.and.name=x', `The parameter "filter.and.name" is not known here; ${known}`],
    ['sorted.name=x', 'The parameter "sorted.name" is not known here; allowed: filter.'],
  ])('?%s is a 400 that says why', async (search, detail) => {
    const [status, body] = await asked(`/find?${search}`);
    expect([status, (body as { detail: string }).detail]).toEqual([
      400,
      typeof detail === 'string' ? detail : expect.stringMatching(detail),
    ]);
  });
});

test('what was made is a 201 where the route says so, and a change that made nothing is not', async () => {
  const body = { sku: 'n' };
  expect(await asked('/made', { method: 'POST', body })).toEqual([201, { sku: 'n' }]);
  expect(await asked('/made/n', { method: 'PUT', body: {} })).toEqual([200, { remove: null }]);
  expect(await asked('/made', { method: 'POST', body: {} })).toMatchObject([400, {}]);
});

describe('what cannot be a variable is a 400 that says so', () => {
  test.each([
    ['/items?first.x=1', 'The parameter "first" has no members; found "first.x".'],
    [
      '/items?first=ten',
      'The parameter "first" got invalid value "ten"; allowed: a whole number of 32 bits.',
    ],
    ['/items?first=2147483648', /"2147483648"; allowed: a whole number/],
    ['/items?first=1.5', /"first" got invalid value "1.5"/],
    ['/items?first=', /"first" got invalid value ""/],
    ['/items?first=0x10', /"first" got invalid value/],
    ['/items?above=much', /"above" got invalid value "much"; allowed: a number\./],
    ['/items?above=1e999', /"above"/],
    ['/items?dear=yes', /"dear" got invalid value "yes"; allowed: true, false\./],
    ['/items?kind=food', /"kind" got invalid value "food"; allowed: one of FOOD, TOOL\./],
    ['/items?kind=FOOD&kind=TOOL', /"kind" is given more than once/],
    [
      '/items?order=sku',
      'The parameter "order" is not known here; allowed: kind, first, skus, dear, above, text.',
    ],
    ['/secret?x', 'The parameter "x" is not known here; allowed: none.'],
  ])('%s', async (path, detail) => {
    const [status, body] = await asked(path);
    expect(status).toBe(400);
    expect((body as { detail: string }).detail).toEqual(
      typeof detail === 'string' ? detail : expect.stringMatching(detail),
    );
  });

  test.each([
    ['no object', [], 'The body is no JSON object; allowed: an object of parameters.'],
    [
      'a member that is no variable',
      { text: 'x', more: 1 },
      /The member "more" of the body is not known here; allowed: text, number\./,
    ],
    ['a member that is missing', { number: 1 }, /\$text/],
    ['a member of another type', { text: 'x', number: 'one' }, /\$number/],
    ['no JSON', '{"text":', /The body is not JSON/],
    ['nothing', '', /The body is empty/],
  ])('a body: %s', async (_what, body, detail) => {
    const [status, told] = await asked('/search', { method: 'POST', body });
    expect(status).toBe(400);
    expect((told as { detail: string }).detail).toEqual(
      typeof detail === 'string' ? detail : expect.stringMatching(detail),
    );
  });
});

describe('a request that no route takes', () => {
  test('is refused as a problem, with what is allowed', async () => {
    expect(await asked('/nowhere')).toEqual([404, problem(404, 'NOT_FOUND')]);
    expect(await asked('/items/')).toEqual([404, problem(404, 'NOT_FOUND')]);
    expect(await asked('/items/a/b')).toEqual([404, problem(404, 'NOT_FOUND')]);
    const put = await gateway.rest('/items/a', { method: 'PUT', body: {} });
    expect([put.status, put.headers.get('allow'), put.body]).toEqual([
      405,
      'GET, HEAD, PATCH, DELETE',
      problem(405, 'METHOD_NOT_ALLOWED'),
    ]);
    expect(put.headers.get('content-type')).toBe('application/problem+json; charset=utf-8');
    expect(put.headers.get('cache-control')).toBe('no-store');
    expect((put.body as { requestId: string }).requestId).toBe(put.headers.get('x-request-id'));
  });

  test('is refused for how it wants its answer, and for what its body is', async () => {
    expect(await asked('/items', { headers: { accept: 'text/html' } })).toEqual([
      406,
      problem(406, 'NOT_ACCEPTABLE'),
    ]);
    for (const accept of ['application/json', 'text/html, */*;q=0.1', 'application/*'])
      expect((await asked('/items', { headers: { accept } }))[0]).toBe(200);
    const plain = { 'content-type': 'text/plain' };
    expect(await asked('/items', { method: 'POST', headers: plain, body: '{"sku":"x"}' })).toEqual([
      415,
      problem(415, 'UNSUPPORTED_MEDIA_TYPE'),
    ]);
  });

  test('as a page of another site could send it changes nothing', async () => {
    const before = shop.goods.received.length;
    const simple = ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=b'];
    for (const type of simple) {
      const headers = { 'content-type': type, origin: 'https://evil.example' };
      expect((await asked('/items', { method: 'POST', headers, body: '{"sku":"x"}' }))[0]).toBe(415);
    }
    const bare = await fetch(new URL('/rest/items', gateway.endpoint), { method: 'POST' });
    expect([bare.status, shop.goods.received.length]).toEqual([415, before]);
    expect((await gateway.rest('/items?sku=x')).status).toBe(400); // And no GET leads to the mutation.
    const preflight = await gateway.rest('/items/a', {
      method: 'OPTIONS',
      headers: { origin: 'https://evil.example', 'access-control-request-method': 'DELETE' },
    });
    expect(preflight.headers.get('access-control-allow-origin')).toBeNull();
    expect([preflight.status, preflight.headers.get('allow')]).toEqual([
      204,
      'GET, HEAD, PATCH, DELETE, OPTIONS',
    ]);
  });
});

describe('a fault behind the gateway', () => {
  test("has the status HTTP has for it, by the subgraph's own code where that is one", async () => {
    expect(await asked('/failing')).toEqual([409, problem(409, 'CONFLICT', 'There is a conflict.')]);
    expect(await asked('/items/z', { method: 'PATCH', body: { name: 'x' } })).toEqual([
      404,
      problem(404, 'NOT_FOUND'),
    ]);
  });

  test('of one subgraph of two is the answer: no half of it is taken for all', async () => {
    shop.stock.intercept((response) => response.writeHead(500).end('secret-of-the-subgraph'));
    try {
      const { status, body, text } = await gateway.rest('/items/b');
      expect([status, body]).toEqual([502, problem(502, 'SUBGRAPH_MALFORMED_RESPONSE')]);
      expect((body as { errors: unknown[] }).errors).toEqual([
        expect.objectContaining({ code: 'SUBGRAPH_MALFORMED_RESPONSE', subgraph: 'stock', path: ['item'] }),
      ]);
      expect(text).not.toContain('secret-of-the-subgraph');
      const { body: asGraphQL } = await gateway.query('{ item(sku: "b") { name count } }');
      expect(asGraphQL.data).toEqual({ item: { name: 'Bread', count: null } });
    } finally {
      shop.stock.intercept(null);
    }
  });

  test('that was too slow is a 504, with what took it', async () => {
    shop.goods.intercept(() => undefined);
    try {
      expect((await gateway.rest('/items/c')).body).toEqual(problem(504, 'SUBGRAPH_TIMEOUT'));
    } finally {
      shop.goods.intercept(null);
    }
  });

  test('a field that the session may not see is 401 for who shows nothing, 403 for who does', async () => {
    expect(await asked('/secret')).toEqual([401, problem(401, 'UNAUTHORIZED_FIELD_OR_TYPE')]);
    const headers = sessionHeader({ subject: 'ann' });
    expect(await asked('/secret', { headers })).toEqual([200, { secret: 'told' }]);
  });
});

describe('what HTTP has for keeping answers', () => {
  test('a tag, by which an answer that is still the same is not sent again', async () => {
    const first = await gateway.rest('/items/a');
    const etag = first.headers.get('etag') ?? '';
    expect(etag).toMatch(/^W\/"[\w-]{22}"$/);
    expect(first.headers.get('cache-control')).toBe('no-cache');
    const headers = { 'if-none-match': `"other", ${etag}` };
    const again = await gateway.rest('/items/a', { headers });
    expect([again.status, again.text, again.headers.get('etag')]).toEqual([304, '', etag]);
    expect(again.headers.get('content-type')).toBeNull();
    expect((await gateway.rest('/items/b', { headers })).status).toBe(200);
    expect((await gateway.rest('/items/zzz')).headers.get('etag')).toBeNull();
    expect(
      (await gateway.rest('/search', { method: 'POST', body: { text: 'x' } })).headers.get('etag'),
    ).toBeNull();
  });

  test('the answer to who shows a token is theirs', async () => {
    const { headers } = await gateway.rest('/items/a', { headers: { authorization: 'Bearer x' } });
    expect(headers.get('cache-control')).toBe('private, no-cache');
    expect(headers.get('vary')).toBe('accept, authorization, x-api-key');
  });

  test('what the gateway itself keeps tells how long, and stands in for what cannot be asked, marked as such', async () => {
    const settings = {
      cache: { maxAge: '60s', maxStale: '1h', subgraphs: { stock: { maxAge: '0s' } } },
      upstream: { fallback: [{ field: 'Item.count', value: 0 }] },
    };
    const keeping = await startRestGateway(shop, undefined, { settings });
    try {
      const [first, again] = [await keeping.rest('/things/a'), await keeping.rest('/things/a')];
      expect(first.headers.get('cache-control')).toMatch(/^max-age=(?:59|60), public$/);
      expect(again.headers.get('age')).toMatch(/^\d$/);
      expect(again.headers.get('etag')).toBe(first.headers.get('etag'));
      shop.stock.intercept((response) => response.writeHead(500).end());
      const replaced = await keeping.rest('/items/a');
      expect([replaced.status, replaced.body]).toEqual([200, { sku: 'a', name: 'Apple', count: 0 }]);
      expect(replaced.headers.get('sluice-degraded')).toBe('stock');
    } finally {
      shop.stock.intercept(null);
      await keeping.stop();
    }
  });

  test('HEAD: what GET has, without the body', async () => {
    const [get, head] = [await gateway.rest('/items/a'), await gateway.rest('/items/a', { method: 'HEAD' })];
    expect([head.status, head.text, head.headers.get('etag')]).toEqual([200, '', get.headers.get('etag')]);
    expect(head.headers.get('content-length')).toBe(String(Buffer.byteLength(get.text)));
    expect((await gateway.rest('/items/zzz', { method: 'HEAD' })).status).toBe(404);
    expect((await gateway.rest('/search', { method: 'HEAD' })).status).toBe(405);
  });

  test('compressed for who asks for it', async () => {
    const text = 'x'.repeat(3000);
    const response = await gateway.rest(`/echo/${text}`, { headers: { 'accept-encoding': 'gzip' } });
    expect(response.headers.get('content-encoding')).toBe('gzip');
    expect(response.body).toEqual({ echo: { text, when: null, number: null } });
  });
});

describe('the same gate', () => {
  test('an address that is kept out asks no subgraph, and no route tells it anything', async () => {
    const settings = { access: { deny: ['127.0.0.0/8', '::1'] } };
    const closed = await startRestGateway(shop, undefined, { settings });
    const before = shop.goods.received.length;
    try {
      for (const path of ['/items/a', '/openapi.json'])
        expect((await closed.rest(path)).body).toEqual(problem(403, 'ADDRESS_DENIED'));
      expect(shop.goods.received.length).toBe(before);
    } finally {
      await closed.stop();
    }
  });

  test('limits count what comes by either door, and say when to come back', async () => {
    const settings = { limits: { perAddress: { rate: '3/h', burst: 3 }, operation: { cost: 4 } } };
    const fields = [...'abcdefgh'].map((name) => `${name}: item(sku: "a") { sku }`).join(' ');
    const dear = { 'dear.graphql': `query Dear @http(method: GET, path: "/dear") { ${fields} }` };
    const limited = await startRestGateway(shop, { ...shopRoutes, ...dear }, { settings });
    try {
      expect((await limited.rest('/items/a')).status).toBe(200);
      expect((await limited.query('{ item(sku: "a") { name } }')).status).toBe(200);
      expect((await limited.rest('/dear')).body).toEqual(problem(400, 'COST_LIMIT_EXCEEDED'));
      const refused = await limited.rest('/items/a');
      expect([refused.status, refused.body]).toEqual([429, problem(429, 'RATE_LIMITED')]);
      expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
      expect(refused.headers.get('ratelimit')).toContain('r=0');
    } finally {
      await limited.stop();
    }
  });

  test("a plugin's hooks of Apollo Server see it, refuse it and change its answer", async () => {
    const refused = await gateway.rest('/echo/refuse-me');
    expect([refused.status, refused.body]).toEqual([418, problem(418, 'TEAPOT', 'I am a teapot.')]);
    expect((await gateway.rest('/echo/change-me')).body).toMatchObject({ echo: { text: 'changed' } });
  });
});

describe('what is seen of a request by a route', () => {
  test('its line says route and operation, and no value of a parameter', async () => {
    const { headers } = await gateway.rest('/items/hush-hush');
    const line = await eventually(
      () => gateway.logged().find(({ requestId }) => requestId === headers.get('x-request-id')) ?? null,
    );
    expect(line).toMatchObject({
      method: 'GET',
      route: '/rest/items/:sku',
      operation: 'ItemBySku',
      status: 404,
    });
    expect(JSON.stringify(line)).not.toContain('hush-hush');
  });

  test('its trace names the route, and has the steps and calls that all have', async () => {
    const { headers } = await gateway.rest('/items/b');
    const isIts = (span: ReceivedSpan) =>
      span.attributes['sluice.request.id'] === headers.get('x-request-id');
    const span = await eventually(() => collector.spans.find(isIts) ?? null);
    expect(span.name).toBe('query ItemBySku');
    expect(span.attributes).toMatchObject({
      'http.route': '/rest/items/:sku',
      'http.request.method': 'GET',
      'graphql.operation.name': 'ItemBySku',
    });
    const names = collector.spans.filter(({ traceId }) => traceId === span.traceId).map(({ name }) => name);
    expect(names).toEqual(
      expect.arrayContaining(['admit', 'identify', 'prepare', 'answer', 'subgraph goods', 'subgraph stock']),
    );
  });

  test('metrics tell it apart by its route', async () => {
    await gateway.rest('/things/box');
    const series = 'http_server_request_duration_seconds_count';
    const labels = 'http_request_method="GET",http_response_status_code="200",http_route="/rest/things/:sku"';
    const count = await eventually(async () => {
      const text = await (await fetch(`${gateway.adminUrl}/metrics`)).text();
      return text.split('\n').find((line) => line.startsWith(`${series}{${labels}}`)) ?? null;
    });
    expect(Number(count.split(' ')[1])).toBeGreaterThan(0);
  });

  test('it is explained like all others, and its faults keep what was sent to themselves', async () => {
    const { headers } = await gateway.rest('/items?first=hush-hush');
    const explained = await explain(headers.get('x-request-id'));
    expect(explained).toContain('asked by the route GET /items');
    expect(explained).toContain('BAD_USER_INPUT');
    expect(explained).not.toContain('hush-hush');
  });

  test('usage counts it under its operation, with what came as GraphQL; reading about the routes is no operation', async () => {
    const counts = '{ now { calls subgraphCalls } }';
    interface Usage {
      readonly usage: {
        readonly operation: Counted | null;
        readonly operations: { readonly rows: readonly Counted[] };
      };
    }
    interface Counted {
      readonly now: { readonly calls: number; readonly subgraphCalls: number };
    }
    const selection = `operation(id: "Told") ${counts} operations(first: 100) { rows ${counts} }`;
    const used = () => askAdmin<Usage>(gateway, `{ usage(lastSeconds: 3600) { ${selection} } }`);
    const allOf = ({ usage }: Usage) => usage.operations.rows.reduce((sum, { now }) => sum + now.calls, 0);
    const before = allOf(await used());
    await gateway.rest('/told/b');
    await gateway.query('query Told($sku: ID!) { item(sku: $sku) { count } }', { variables: { sku: 'a' } });
    await gateway.rest('/openapi.json');
    await gateway.rest('/told/c');
    const after = await eventually(async () => {
      const now = await used();
      return now.usage.operation?.now.calls === 3 ? now : null;
    });
    expect(after.usage.operation?.now).toEqual({ calls: 3, subgraphCalls: 6 });
    expect(allOf(after)).toBe(before + 3);
  });
});

async function asked(path: string, request?: RestRequest): Promise<[status: number, body: unknown]> {
  const { status, body } = await gateway.rest(path, request);
  return [status, body];
}

async function explain(requestId: string | null): Promise<string> {
  const query = `{ explain(id: "${requestId}") { decisions { part text facts } } }`;
  return await eventually(async () => {
    const { explain: found } = await askAdmin<{ explain: unknown[] }>(gateway, query);
    return found.length > 0 ? JSON.stringify(found) : null;
  });
}
