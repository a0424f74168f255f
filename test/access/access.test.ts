import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { accessOptions } from '../../src/access/access.ts';
import { eventually } from '../support/adminClient.ts';
import { startSubgraph, type TestSubgraph } from '../support/startSubgraph.ts';
import { startTestGateway, type TestGateway, writeSettings } from '../support/startTestGateway.ts';

const json = { 'content-type': 'application/json' };

describe('access', () => {
  let words: TestSubgraph;
  let gateway: TestGateway;

  /** The one gateway, behind a proxy that this test is, so that requests can come from any address; with these settings. */
  async function open(access: Record<string, unknown>, server: Record<string, unknown> = {}) {
    const settings = { server: { trustedProxies: ['127.0.0.1'], ...server }, access };
    gateway.reconfigure(await writeSettings(gateway.folder, { subgraphs: [words], settings }));
  }
  beforeAll(async () => {
    words = await startSubgraph('words', { sdl: 'type Query { word: String }' });
    gateway = await startTestGateway({ subgraphs: [words] });
  });
  afterAll(async () => {
    await gateway.stop();
    await words.stop();
  });
  const from = (address: string, headers: Record<string, string> = {}) =>
    gateway.query('{ word }', { headers: { 'x-forwarded-for': address, ...headers } });
  const statuses = async (addresses: readonly string[]) =>
    Promise.all(addresses.map(async (address) => (await from(address)).status));

  test('keeps denied addresses out, in whatever form they come', async () => {
    await open({ deny: ['203.0.113.0/24', '2001:db8::/32'] });
    const denied = [
      '203.0.113.9',
      '::ffff:203.0.113.9',
      '::ffff:cb00:7109',
      '[2001:DB8::1]:80',
      '2001:db8:0:0::7',
    ];
    expect(await statuses(denied)).toEqual(denied.map(() => 403));
    expect(await statuses(['203.0.114.1', '2001:db9::1', '192.0.2.1'])).toEqual([200, 200, 200]);
    const { body } = await from('203.0.113.9');
    expect(body.errors).toEqual([
      {
        message: 'This address is not let in.',
        extensions: { code: 'ADDRESS_DENIED', requestId: expect.any(String) },
      },
    ]);
    const before = words.received.length;
    await statuses(denied);
    expect(words.received).toHaveLength(before);
  });

  test('keeps all others out where some are allowed, and denies also what is allowed', async () => {
    await open({ allow: ['10.0.0.0/8', '::1'], deny: ['10.6.6.6'] });
    expect(await statuses(['10.1.2.3', '::1', '10.6.6.6', '192.0.2.1', '::2'])).toEqual([
      200, 200, 403, 403, 403,
    ]);
  });

  test.each(['unknown', '_hidden', 'localhost', '1.2.3', '10.0.0.1; DROP', '\u00ff'])(
    'keeps an address out that cannot be read: %s',
    async (address) => {
      await open({ deny: ['203.0.113.0/24'] });
      expect((await from(address)).status).toBe(403);
    },
  );

  test('believes the forwarded header of trusted proxies only, and no other header ever', async () => {
    await open({ allow: ['127.0.0.1'] }, { trustedProxies: ['10.0.0.0/8'] });
    const spoofed = ['203.0.113.9', '127.0.0.1', '10.0.0.1'];
    expect(await statuses(spoofed)).toEqual([200, 200, 200]);
    await open({ allow: ['127.0.0.1'] });
    const headers = {
      forwarded: 'for=127.0.0.1',
      'x-real-ip': '127.0.0.1',
      'true-client-ip': '127.0.0.1',
      'x-client-ip': '127.0.0.1',
      'cf-connecting-ip': '127.0.0.1',
    };
    expect((await from('203.0.113.9', headers)).status).toBe(403);
    // The left of the list is what the client wrote.
    expect((await from('127.0.0.1, 203.0.113.9')).status).toBe(403);
    expect((await from('203.0.113.9, 127.0.0.1')).status).toBe(403);
  });

  test('lets in and keeps out by the values of headers, in any case', async () => {
    await open({
      headers: [
        { name: 'User-Agent', deny: ['*sqlmap*', 'curl/*'] },
        { name: 'x-app', allow: ['Web', 'ios-*'] },
      ],
    });
    const ask = async (headers: Record<string, string>) => (await from('192.0.2.1', headers)).status;
    expect(await ask({ 'user-agent': 'Mozilla', 'x-app': 'web' })).toBe(200);
    expect(await ask({ 'user-agent': 'Mozilla', 'x-app': 'iOS-17' })).toBe(200);
    expect(await ask({ 'user-agent': 'x SQLMap/1.0', 'x-app': 'web' })).toBe(403);
    expect(await ask({ 'user-agent': 'CURL/8', 'x-app': 'web' })).toBe(403);
    expect(await ask({ 'user-agent': 'not curl/8', 'x-app': 'web' })).toBe(200);
    expect(await ask({ 'user-agent': 'Mozilla', 'x-app': 'webs' })).toBe(403);
    expect(await ask({ 'user-agent': 'Mozilla', 'x-app': '' })).toBe(403);
    expect(await ask({ 'user-agent': 'Mozilla' })).toBe(403);
    const { body } = await from('192.0.2.1', { 'user-agent': 'sqlmap', 'x-app': 'web' });
    expect(body.errors?.[0]).toEqual({
      message: 'A header of the request is not let in.',
      extensions: { code: 'HEADER_DENIED', requestId: expect.any(String) },
    });
  });

  test('asks nothing of later steps for a denied address, bad body and all', async () => {
    await open({ deny: ['203.0.113.9'] });
    const headers = { ...json, 'x-forwarded-for': '203.0.113.9', authorization: 'Bearer bad' };
    const response = await fetch(gateway.endpoint, { method: 'POST', headers, body: '{broken' });
    expect(response.status).toBe(403);
    expect(await response.json()).toMatchObject({ errors: [{ extensions: { code: 'ADDRESS_DENIED' } }] });
  });

  test('checks the form of a request before the lists, and serves probes to anybody', async () => {
    await open({ allow: ['10.0.0.0/8'] });
    const headers = { 'x-forwarded-for': '203.0.113.9' };
    expect((await fetch(gateway.endpoint, { method: 'PUT', headers })).status).toBe(405);
    expect((await fetch(`${gateway.endpoint}/elsewhere`, { headers })).status).toBe(404);
    expect((await fetch(gateway.endpoint, { method: 'POST', headers, body: '{}' })).status).toBe(415);
    for (const probe of ['live', 'ready']) {
      const url = new URL(`/health/${probe}`, gateway.endpoint);
      expect((await fetch(url, { headers })).status).toBe(200);
    }
  });

  test('only notes what it would have refused where it is set to log, and is silent where it is off', async () => {
    await open({
      mode: 'log',
      deny: ['203.0.113.9'],
      headers: [
        { name: 'x-app', deny: 'bad', mode: 'log' },
        { name: 'x-app', deny: 'bad', mode: 'off' },
        { name: 'x-worse', deny: '*' },
      ],
    });
    const before = gateway.logged().length;
    expect((await from('203.0.113.9', { 'x-app': 'bad' })).status).toBe(200);
    expect((await from('192.0.2.1')).status).toBe(200);
    expect((await from('192.0.2.1', { 'x-worse': '1' })).status).toBe(403);
    const lines = await eventually(() => {
      const found = gateway
        .logged()
        .slice(before)
        .filter(({ msg }) => msg === 'request');
      return found.length === 3 ? found : null;
    });
    expect(lines.map(({ status, wouldRefuse }) => [status, wouldRefuse])).toEqual([
      [200, ['access.deny', 'access.headers[0]']],
      [200, undefined],
      [403, undefined],
    ]);
    expect(lines[2]).toMatchObject({ codes: ['HEADER_DENIED'], why: 'access.headers[2]' });
  });

  test('names the rule and its line in dev', async () => {
    const settings = { server: { trustedProxies: ['127.0.0.1'] }, access: { deny: ['203.0.113.9'] } };
    const dev = await startTestGateway({ subgraphs: [words], settings, mode: 'dev' });
    const { body } = await dev.query('{ word }', { headers: { 'x-forwarded-for': '203.0.113.9' } });
    await dev.stop();
    expect(body.errors?.[0]?.message).toMatch(
      /^This address is not let in\. \[access\.deny, .*supergraph\.yaml:1\]$/,
    );
  });

  test('takes new rules while it runs', async () => {
    await open({ deny: ['203.0.113.9'] });
    expect((await from('192.0.2.1')).status).toBe(200);
    await open({ deny: ['192.0.2.1'] });
    expect([(await from('192.0.2.1')).status, (await from('203.0.113.9')).status]).toEqual([403, 200]);
  });
});

describe('access options', () => {
  test.each([
    [{ deny: ['10.0.0.0/33'] }, 'expected an address or a CIDR range such as 10.0.0.0/8'],
    [{ allow: ['example.com'] }, 'expected an address or a CIDR range such as 10.0.0.0/8'],
    [{ headers: [{ name: 'a b', deny: 'x' }] }, 'expected the name of a header'],
    [{ headers: [{ name: 'x-a' }] }, 'found neither allow nor deny; allowed: at least one of them'],
  ])('%j are refused', (options, message) => {
    expect(accessOptions.safeParse(options).error?.issues[0]?.message).toBe(message);
  });
});
