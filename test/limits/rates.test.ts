import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { limitsOptions } from '../../src/limits/limits.ts';
import { eventually } from '../support/adminClient.ts';
import { headerIdentity, type SaidSession, sessionHeader } from '../support/headerIdentity.ts';
import { startSubgraph, type TestSubgraph } from '../support/startSubgraph.ts';
import { startTestGateway, type TestGateway, writeSettings } from '../support/startTestGateway.ts';

describe('rates', () => {
  let words: TestSubgraph;
  let gateway: TestGateway;

  /** Tests have callers of their own: what one has taken is counted on in the next. */
  let turn = 0;

  const server = { trustedProxies: ['127.0.0.1'], batch: { max: 20 } };
  const reconfigure = async (limits: Record<string, unknown>) =>
    gateway.reconfigure(
      await writeSettings(gateway.folder, { subgraphs: [words], settings: { server, limits } }),
    );
  async function open(limits: Record<string, unknown>) {
    turn += 1;
    await reconfigure(limits);
  }
  beforeAll(async () => {
    words = await startSubgraph('words', { sdl: 'type Query { word: String }' });
    gateway = await startTestGateway({ subgraphs: [words], identity: headerIdentity });
  });
  afterAll(async () => {
    await gateway.stop();
    await words.stop();
  });
  const own = (address: string) => address.replace('192.0.2.', `10.${turn}.2.`);
  const session = (given: SaidSession) => sessionHeader({ ...given, subject: `${given.subject} ${turn}` });
  const from = (address: string, headers: Record<string, string> = {}, query = '{ word }') =>
    gateway.query(query, { headers: { 'x-forwarded-for': own(address), ...headers } });
  const statuses = async (count: number, ...request: Parameters<typeof from>) => {
    const all: number[] = [];
    for (let at = 0; at < count; at += 1) all.push((await from(...request)).status);
    return all;
  };
  const postFrom = (address: string, body: string, headers: Record<string, string> = {}) =>
    fetch(gateway.endpoint, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-forwarded-for': own(address), ...headers },
      body,
    });

  test('refuse who is over the limit of an address, and say when to come back', async () => {
    await open({ perAddress: { rate: '6/h', burst: 3 } });
    expect(await statuses(4, '192.0.2.1')).toEqual([200, 200, 200, 429]);
    const refused = await from('192.0.2.1');
    expect(refused.body).toEqual({
      errors: [
        {
          message: `Too many requests; the next one is taken in ${refused.headers.get('retry-after')} s.`,
          extensions: { code: 'RATE_LIMITED', requestId: expect.any(String) },
        },
      ],
    });
    expect(refused.headers.get('retry-after')).toMatch(/^(59\d|600)$/);
    expect(refused.headers.get('ratelimit')).toBe(`"perAddress";r=0;t=${refused.headers.get('retry-after')}`);
    expect(refused.headers.get('ratelimit-policy')).toBe('"perAddress";q=3;w=1800');
    expect((await from('192.0.2.2')).headers.get('ratelimit')).toBe('"perAddress";r=2;t=600');
  });

  test('count IPv6 by its /64, and IPv4 inside IPv6 as IPv4', async () => {
    await open({ perAddress: { rate: '1/h', burst: 1 } });
    const pairs = [
      ['2001:db8:1:2::1', '2001:db8:1:2:ffff::9', 429],
      ['2001:db8:1:3::1', '2001:db8:1:4::1', 200],
      ['192.0.2.1', '::ffff:192.0.2.1', 429],
      ['192.0.2.9', '::ffff:c000:20a', 200],
    ] as const;
    for (const [one, other, status] of pairs) {
      expect((await from(one)).status).toBe(200);
      expect((await from(other)).status).toBe(status);
    }
    expect((await from('unknown')).status).toBe(200);
    expect((await from('_hidden')).status).toBe(429);
  });

  test('count for an address whatever is refused later, and read no body of who is over', async () => {
    await open({ perAddress: { rate: '1/h', burst: 4 } });
    expect((await postFrom('192.0.2.1', '{broken')).status).toBe(400);
    expect((await from('192.0.2.1', {}, '{')).status).toBe(200); // A fault of the document, in application/json.
    expect((await from('192.0.2.1', { 'x-session': '!' })).status).toBe(500);
    expect((await from('192.0.2.1')).status).toBe(200);
    expect((await postFrom('192.0.2.1', '{broken')).status).toBe(429);
  });

  test('count the operations of a batch one by one', async () => {
    await open({ perAddress: { rate: '1/h', burst: 5 }, perSession: { rate: '1/h', burst: 9 } });
    const batch = (size: number) =>
      JSON.stringify(Array.from({ length: size }, () => ({ query: '{ word }' })));
    const first = await postFrom('192.0.2.1', batch(4));
    expect([first.status, first.headers.get('ratelimit')]).toEqual([
      200,
      expect.stringMatching(/^"perAddress";r=1;t=14(400|39\d)$/),
    ]);
    expect((await postFrom('192.0.2.1', batch(2))).status).toBe(429);
    const tooLarge = await postFrom('192.0.2.2', batch(7));
    expect([tooLarge.status, await tooLarge.json()]).toEqual([
      400,
      {
        errors: [
          expect.objectContaining({ extensions: expect.objectContaining({ code: 'BATCH_LIMIT_EXCEEDED' }) }),
        ],
      },
    ]);
    const ann = session({ subject: 'ann' });
    expect((await postFrom('192.0.2.3', batch(5), ann)).status).toBe(200);
    expect((await postFrom('192.0.2.4', batch(5), ann)).status).toBe(429);
  });

  test('by a header count each value of it, and nobody without it', async () => {
    await open({ perHeader: [{ name: 'X-Key', rate: '1/h', burst: 2 }] });
    expect(await statuses(3, '192.0.2.1', { 'x-key': 'a' })).toEqual([200, 200, 429]);
    expect(await statuses(1, '192.0.2.2', { 'x-key': 'a' })).toEqual([429]);
    expect(await statuses(1, '192.0.2.1', { 'x-key': 'b' })).toEqual([200]);
    expect(await statuses(3, '192.0.2.1')).toEqual([200, 200, 200]);
  });

  test('by session count each caller, by the rate of its plan, and nobody who is anonymous', async () => {
    await open({ perSession: { rate: '1/h', burst: 2, plans: { gold: { rate: '1/h', burst: 3 } } } });
    const ann = session({ subject: 'ann' });
    const gold = session({ subject: 'bob', plan: 'gold' });
    expect(await statuses(3, '192.0.2.1', ann)).toEqual([200, 200, 429]);
    expect(await statuses(1, '192.0.2.2', ann)).toEqual([429]);
    expect(await statuses(4, '192.0.2.1', gold)).toEqual([200, 200, 200, 429]);
    // The same name under another issuer or consumer is another caller.
    const others = [
      { subject: 'ann', issuer: 'other' },
      { subject: 'ann', consumer: 'acme' },
    ];
    for (const other of others) expect(await statuses(1, '192.0.2.1', session(other))).toEqual([200]);
    expect(await statuses(4, '192.0.2.1')).toEqual([200, 200, 200, 200]);
  });

  test('are asked in order: address, header, session', async () => {
    await open({
      perAddress: { rate: '1/h', burst: 1 },
      perHeader: [{ name: 'x-key', rate: '1/h', burst: 1 }],
      perSession: { rate: '1/h', burst: 1 },
    });
    const headers = { 'x-key': 'c', ...session({ subject: 'ann' }) };
    const first = await from('192.0.2.1', headers);
    expect(first.headers.get('ratelimit-policy')).toBe(
      '"perAddress";q=1;w=3600, "perHeader[0]";q=1;w=3600, "perSession";q=1;w=3600',
    );
    const answered = async (address: string, more: Record<string, string>) =>
      (await from(address, more)).headers.get('ratelimit')?.split(', ').length;
    expect(await answered('192.0.2.1', headers)).toBe(1);
    expect(await answered('192.0.2.2', headers)).toBe(2);
    expect(await answered('192.0.2.3', { ...headers, 'x-key': 'd' })).toBe(3);
  });

  test('only note what they would have refused where they are set to log, and show nothing', async () => {
    await open({
      perAddress: { rate: '1/h', burst: 1, mode: 'log' },
      perHeader: [{ name: 'x', rate: '1/h', burst: 1, mode: 'off' }],
    });
    const before = gateway.logged().length;
    expect(await statuses(2, '192.0.2.1', { x: '1' })).toEqual([200, 200]);
    expect((await from('192.0.2.1')).headers.get('ratelimit')).toBeNull();
    const lines = await eventually(() => {
      const found = gateway
        .logged()
        .slice(before)
        .filter(({ msg }) => msg === 'request');
      return found.length === 3 ? found : null;
    });
    expect(lines.map(({ wouldRefuse }) => wouldRefuse)).toEqual([
      undefined,
      ['limits.perAddress'],
      ['limits.perAddress'],
    ]);
  });

  test('name themselves and their line in dev', async () => {
    const settings = { limits: { perAddress: { rate: '1/h', burst: 1 } } };
    const dev = await startTestGateway({ subgraphs: [words], settings, mode: 'dev' });
    await dev.query('{ word }');
    const { body } = await dev.query('{ word }');
    await dev.stop();
    expect(body.errors?.[0]?.message).toMatch(
      /^Too many requests; the next one is taken in 3(600|59\d) s\. \[limits\.perAddress, .*supergraph\.yaml:1\]$/,
    );
  });

  test('change while the gateway runs, and remember who has taken what', async () => {
    await open({ perAddress: { rate: '1/h', burst: 2 } });
    expect(await statuses(3, '192.0.2.1')).toEqual([200, 200, 429]);
    await reconfigure({ perAddress: { rate: '1/h', burst: 3 } });
    expect(await statuses(2, '192.0.2.1')).toEqual([200, 429]);
    await reconfigure({});
    expect(await statuses(2, '192.0.2.1')).toEqual([200, 200]);
    expect(await reconfigure({ store: 'redis://127.0.0.1:1' })).toEqual(['limits.store']);
  });

  test('are off unless they are set: a bare gateway refuses nobody', async () => {
    await open({});
    expect(new Set(await statuses(300, '192.0.2.1'))).toEqual(new Set([200]));
    expect((await from('192.0.2.1')).headers.get('ratelimit')).toBeNull();
  });

  test('leave probes alone', async () => {
    await open({ perAddress: { rate: '1/h', burst: 1 } });
    for (let at = 0; at < 3; at += 1) {
      const probe = await fetch(new URL('/health/ready', gateway.endpoint), {
        headers: { 'x-forwarded-for': '192.0.2.1' },
      });
      expect(probe.status).toBe(200);
    }
    expect((await from('192.0.2.1')).status).toBe(200);
  });
});

describe('the options of rates', () => {
  test.each(['100', '100/', '0/s', '-1/s', '1.5/s', '100/0s', '100/w', 100])('%s is no rate', (rate) => {
    expect(limitsOptions.safeParse({ perAddress: { rate } }).error?.issues[0]?.message).toBe(
      'expected a rate such as 100/s or 5/10s',
    );
  });

  test.each([
    ['100/s', 100, 1000],
    ['5/10s', 5, 10_000],
    ['1000/m', 1000, 60_000],
    ['7/250ms', 7, 250],
    ['1/d', 1, 86_400_000],
  ])('%s is a rate', (rate, count, periodMs) => {
    expect(limitsOptions.parse({ perAddress: { rate } }).perAddress).toEqual({
      rate: { count, periodMs },
      mode: 'enforce',
    });
  });

  test.each(['redis', 'http://127.0.0.1', 'memory:'])('%s is no store', (store) => {
    expect(limitsOptions.safeParse({ store }).success).toBe(false);
  });
});
