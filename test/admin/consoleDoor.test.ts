import { get } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { startSubgraph, type TestSubgraph } from '../support/startSubgraph.ts';
import { startTestGateway, type TestGateway } from '../support/startTestGateway.ts';
import { startAdmin, type TestAdmin } from './adminFixture.ts';

const tokens = [
  { name: 'vera', role: 'viewer', token: 'viewer-token-0123456789' },
  { name: 'otto', role: 'operator', token: 'operator-token-0123456789' },
];
const own = { 'sluice-console': '1', 'sec-fetch-site': 'same-origin' };
const query = JSON.stringify({ query: '{ caller { name role } }' });

describe('sessions of the console', () => {
  let admin: TestAdmin;
  beforeAll(async () => {
    admin = await startAdmin({ settings: { tokens } });
  });
  afterAll(() => admin.close());

  const signIn = (token: string, headers: Record<string, string> = own) =>
    admin.send({ path: '/session', headers, body: JSON.stringify({ token }) });
  const cookieOf = async (token: string): Promise<string> =>
    (await signIn(token)).headers['set-cookie']?.[0]?.split(';')[0] ?? '';

  test('a token is shown once; a cookie that scripts and other sites do not get stands for it', async () => {
    const answer = await signIn('viewer-token-0123456789');
    expect([answer.status, answer.text]).toEqual([204, '']);
    const [cookie = ''] = answer.headers['set-cookie'] ?? [];
    expect(cookie).toMatch(/^sluice_console=[\w-]{43}; HttpOnly; SameSite=Strict; Path=\/; Max-Age=86400$/);
    expect(cookie).not.toContain('viewer-token');
    const asked = await admin.send({ headers: { ...own, cookie: cookie.split(';')[0] ?? '' }, body: query });
    expect(asked.json.data).toEqual({ caller: { name: 'vera', role: 'viewer' } });
  });

  test('behind TLS the cookie is for TLS only', async () => {
    const headers = { ...own, host: 'admin.example', origin: 'https://admin.example' };
    const [cookie] = (await signIn('viewer-token-0123456789', headers)).headers['set-cookie'] ?? [];
    expect(cookie).toMatch(/; Secure$/);
  });

  test('a wrong token gets no session, and counts as one that was shown', async () => {
    const answer = await signIn('another-token-0123456789');
    expect([answer.status, answer.headers['set-cookie']]).toEqual([401, undefined]);
    expect(answer.json.errors?.[0]?.extensions.code).toBe('UNAUTHENTICATED');
  });

  test.each([
    ['a page of another site', { 'sec-fetch-site': 'cross-site' }],
    ['a page of another port', { 'sec-fetch-site': 'same-site', origin: 'http://127.0.0.1:1' }],
    [
      'another origin, by a browser that says no more',
      { 'sec-fetch-site': '', origin: 'http://evil.example' },
    ],
  ])('%s cannot use it', async (_what, headers) => {
    const cookie = await cookieOf('operator-token-0123456789');
    const sent = Object.fromEntries(
      Object.entries({ ...own, cookie, ...headers }).filter(([, value]) => value !== ''),
    );
    const mutation = JSON.stringify({ query: 'mutation { setLogLevel(level: DEBUG) { level } }' });
    const answer = await admin.send({ headers: sent, body: mutation });
    expect([answer.status, answer.json.errors?.[0]?.extensions.code]).toEqual([400, 'CSRF_BLOCKED']);
    expect((await signIn('operator-token-0123456789', sent)).status).toBe(400);
  });

  test('without the header that no form can send it is refused', async () => {
    const cookie = await cookieOf('operator-token-0123456789');
    const answer = await admin.send({ headers: { cookie }, body: query });
    expect(answer.json.errors?.[0]?.extensions.code).toBe('CSRF_BLOCKED');
  });

  test('a cookie nobody was given is no token', async () => {
    const answer = await admin.send({ headers: { ...own, cookie: 'sluice_console=guess' }, body: query });
    expect(answer.status).toBe(401);
  });

  test('who signs out has no session any more, whoever kept the cookie', async () => {
    const cookie = await cookieOf('viewer-token-0123456789');
    const out = await admin.send({ method: 'DELETE', path: '/session', headers: { ...own, cookie } });
    expect(out.headers['set-cookie']?.[0]).toMatch(/^sluice_console=; .*Max-Age=0/);
    expect((await admin.send({ headers: { ...own, cookie }, body: query })).status).toBe(401);
  });

  test('a session ends with its token', async () => {
    const cookie = await cookieOf('viewer-token-0123456789');
    admin.reconfigure({ tokens: tokens.slice(1) });
    expect((await admin.send({ headers: { ...own, cookie }, body: query })).status).toBe(401);
    admin.reconfigure({ tokens });
    expect((await admin.send({ headers: { ...own, cookie }, body: query })).status).toBe(200);
  });

  test('its role holds: a viewer changes nothing and explores nothing', async () => {
    const cookie = await cookieOf('viewer-token-0123456789');
    const mutation = JSON.stringify({ query: 'mutation { rollback(version: 1) { version } }' });
    const explored = JSON.stringify({ query: '{ __typename }' });
    const answers = [
      await admin.send({ headers: { ...own, cookie }, body: mutation }),
      await admin.send({ path: '/explore', headers: { ...own, cookie }, body: explored }),
    ];
    expect(answers.map(({ status }) => status)).toEqual([403, 403]);
  });

  test('nothing live is for who has none', async () => {
    expect((await admin.send({ method: 'GET', path: '/live' })).status).toBe(401);
  });
});

describe('what the console is served', () => {
  let subgraph: TestSubgraph;
  let gateway: TestGateway;
  beforeAll(async () => {
    subgraph = await startSubgraph('words', {
      sdl: 'type Query { word: String }',
      resolvers: { Query: { word: () => 'hello' } },
    });
    gateway = await startTestGateway({ subgraphs: [subgraph], mode: 'dev' });
  });
  afterAll(async () => {
    await gateway.stop();
    await subgraph.stop();
  });

  test('its files come with a policy that lets nothing inline run, and nothing from elsewhere load', async () => {
    const page = await fetch(`${gateway.adminUrl}/`);
    const policy = page.headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'; script-src 'self'; style-src 'self';");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toContain('unsafe');
    expect(page.headers.get('cache-control')).toBe('no-cache');
    const html = await page.text();
    const [script = ''] = /\/assets\/[\w.-]+\.js/.exec(html) ?? [];
    const asset = await fetch(`${gateway.adminUrl}${script}`);
    expect([asset.status, asset.headers.get('cache-control')]).toEqual([200, 'max-age=31536000, immutable']);
    expect(html).not.toMatch(/<script(?![^>]*\bsrc=)|<style|\bon\w+=|https?:\/\//);
  });

  test.each([
    '/../package.json',
    '/..%2fpackage.json',
    '/assets/',
    '/assets/../../package.json',
    '//example.com/',
  ])('nothing else of the machine is at %s', async (path) => {
    const { promise, resolve, reject } = Promise.withResolvers<[number, string]>();
    const { hostname, port } = new URL(gateway.adminUrl);
    get({ hostname, port, path, agent: false }, async (response) => {
      let text = '';
      for await (const chunk of response) text += chunk;
      resolve([response.statusCode ?? 0, text]);
    }).on('error', reject);
    const [status, text] = await promise;
    expect(status).toBe(404);
    expect(text).not.toContain('devDependencies');
  });

  test('the explorer asks the gateway as any client, with the token it is given', async () => {
    const answer = await fetch(`${gateway.adminUrl}/explore`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'sluice-explorer-token': 'wrong' },
      body: JSON.stringify({ query: '{ word }' }),
    });
    expect(answer.status).toBe(401);
    const anonymous = await fetch(`${gateway.adminUrl}/explore`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query: '{ word }' }),
    });
    expect(await anonymous.json()).toEqual({ data: { word: 'hello' } });
    expect(anonymous.headers.get('sluice-explored-request')).toMatch(/^[\w-]{10,}$/);
  });

  test('a page of another origin takes no place among those who watch', async () => {
    const headers = { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors' };
    const answer = await fetch(`${gateway.adminUrl}/live`, { headers });
    expect(answer.status).toBe(400);
  });

  test('who watches is told each second, and let go when the admin closes', async () => {
    const watching = new AbortController();
    const response = await fetch(`${gateway.adminUrl}/live`, { signal: watching.signal });
    expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
    await gateway.query('query Watched { word }', { headers: { 'apollographql-client-name': 'web' } });
    await gateway.query('{ nothing }');
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
    const { value = '' } = (await reader?.read()) ?? {};
    const second = JSON.parse(value.split('data: ')[1] ?? '{}') as Record<string, unknown>;
    expect(second).toMatchObject({ requests: 2, errors: 1, sheds: 0, operations: 2, recentLeftOut: 0 });
    expect(second.subgraphs).toEqual([
      expect.objectContaining({ name: 'words', calls: 1, errors: 0, breaker: 'closed' }),
    ]);
    expect(second.recent).toEqual([
      expect.objectContaining({ operations: ['Watched'], client: 'web', status: 200, codes: [] }),
      expect.objectContaining({ codes: ['GRAPHQL_VALIDATION_FAILED'] }),
    ]);
    watching.abort();
  });
});
