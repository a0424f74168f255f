import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import {
  type RunningSubgraph,
  startExampleSubgraph as startProcess,
} from '../support/startExampleSubgraph.ts';
import { type Fault, type FaultProxy, httpAnswer, startFaultProxy } from '../support/startFaultProxy.ts';
import { startSubgraph, type TestSubgraph } from '../support/startSubgraph.ts';
import { startTestGateway, type TestGateway } from '../support/startTestGateway.ts';

const json = 'application/json';

/** A subgraph process of the example behind a proxy that spoils its answers, and a sound one beside it. */
describe('when the way to a subgraph has a fault', () => {
  let currencies: RunningSubgraph;
  let numbers: TestSubgraph;
  let proxy: FaultProxy;
  let gateway: TestGateway;

  beforeAll(async () => {
    currencies = await startProcess('currencies');
    numbers = await startSubgraph('numbers', {
      sdl: 'type Query { number: Int }',
      resolvers: { Query: { number: () => 1 } },
    });
    proxy = await startFaultProxy({ host: '127.0.0.1', port: Number(new URL(currencies.url).port) });
    const sdl = await readFile(new URL('../../subgraphs/currencies/schema.graphql', import.meta.url), 'utf8');
    const url = `http://127.0.0.1:${proxy.port}/graphql`;
    gateway = await startTestGateway({
      subgraphs: [{ name: 'currencies', url, sdl }, numbers],
      settings: {
        upstream: { timeout: '1500ms', retry: { max: 0 }, breaker: { mode: 'off' } },
        cache: { enabled: false }, // What is kept needs no way to a subgraph.
      },
    });
  });
  beforeEach(() => proxy.fail(null));
  afterAll(async () => {
    await gateway.stop();
    await proxy.stop();
    await numbers.stop();
    await currencies.end();
  });

  const good = { data: { currency: { name: 'Swiss Franc' }, number: 1 } };
  const answers: readonly [string, Fault][] = [
    ['latency with jitter', { kind: 'latency', ms: 100, jitterMs: 50 }],
    ['little bandwidth', { kind: 'bandwidth', bytesPerSecond: 2000 }],
    ['an end that comes late', { kind: 'slowClose', ms: 500 }],
    ['slices', { kind: 'slicer', bytes: 7, ms: 1 }],
    ['a limit that is not reached', { kind: 'limitData', bytes: 1_000_000 }],
  ];
  test.each(answers)('%s: it is answered', async (_what, fault) => {
    proxy.fail(fault);
    expect((await gateway.query('{ currency(code: "CHF") { name } number }')).body).toEqual(good);
  });

  const bomb = `{"data":{"currency":{"name":"${'x'.repeat(17 * 1024 ** 2)}"}}}`;
  const failures: readonly [string, Fault, string][] = [
    ['too much latency', { kind: 'latency', ms: 2500 }, 'SUBGRAPH_TIMEOUT'],
    ['nobody there', { kind: 'down' }, 'SUBGRAPH_UNREACHABLE'],
    ['hardly any bandwidth', { kind: 'bandwidth', bytesPerSecond: 20 }, 'SUBGRAPH_TIMEOUT'],
    ['a black hole', { kind: 'blackhole' }, 'SUBGRAPH_TIMEOUT'],
    ['a reset', { kind: 'reset' }, 'SUBGRAPH_UNREACHABLE'],
    ['a limit within the answer', { kind: 'limitData', bytes: 150 }, 'SUBGRAPH_UNREACHABLE'],
    [
      'another type',
      { kind: 'answer', response: httpAnswer(200, 'text/html', '<p>') },
      'SUBGRAPH_MALFORMED_RESPONSE',
    ],
    [
      'half of its JSON',
      { kind: 'answer', response: httpAnswer(200, json, '{"data":{') },
      'SUBGRAPH_MALFORMED_RESPONSE',
    ],
    [
      'a proxy without its server',
      { kind: 'answer', response: httpAnswer(502, 'text/html', 'bad') },
      'SUBGRAPH_UNREACHABLE',
    ],
    ['17 MB', { kind: 'answer', response: httpAnswer(200, json, bomb) }, 'SUBGRAPH_RESPONSE_TOO_LARGE'],
  ];
  test.each(failures)('%s: its fields are null, the others are answered', async (_what, fault, code) => {
    proxy.fail(fault);
    const { status, body } = await gateway.query('{ currency(code: "CHF") { name } number }');
    expect([status, body.data]).toEqual([200, { currency: null, number: 1 }]);
    expect(body.errors).toEqual([expect.objectContaining({ extensions: { code, subgraph: 'currencies' } })]);
    proxy.fail(null);
    expect((await gateway.query('{ currency(code: "CHF") { name } number }')).body).toEqual(good);
  });
});

describe('of two instances of a subgraph', () => {
  let ran: string[];
  let subgraphs: TestSubgraph[];
  let proxies: FaultProxy[];
  const gateways: TestGateway[] = [];

  beforeAll(async () => {
    subgraphs = await Promise.all(
      ['one', 'two'].map((id) =>
        startSubgraph('words', {
          sdl: 'type Query { word: String } type Mutation { say(what: String): String }',
          resolvers: {
            Query: { word: () => id },
            Mutation: {
              say: (_: unknown, { what }: { what: string }) => {
                ran.push(what);
                return what;
              },
            },
          },
        }),
      ),
    );
    proxies = await Promise.all(
      subgraphs.map(({ url }) => startFaultProxy({ host: '127.0.0.1', port: Number(new URL(url).port) })),
    );
  });
  beforeEach(() => {
    ran = [];
    for (const proxy of proxies) proxy.fail(null);
    for (const subgraph of subgraphs) subgraph.intercept(null);
  });
  afterAll(async () => {
    for (const gateway of gateways) await gateway.stop();
    for (const proxy of proxies) await proxy.stop();
    for (const subgraph of subgraphs) await subgraph.stop();
  });

  const start = async (upstream: object = {}): Promise<TestGateway> => {
    const [{ name, sdl } = { name: '', sdl: '' }] = subgraphs;
    const instances = proxies.map(({ port }) => ({ url: `http://127.0.0.1:${port}/graphql` }));
    const gateway = await startTestGateway({
      subgraphs: [{ name, url: 'http://127.0.0.1:9/nobody', sdl, instances }],
      settings: { upstream: { join: false, balance: { by: 'roundRobin' }, ...upstream } },
    });
    gateways.push(gateway);
    return gateway;
  };
  const word = async (gateway: TestGateway) => (await gateway.query('{ word }')).body;
  const first = (index: number): FaultProxy => {
    const proxy = proxies[index];
    if (!proxy) throw new Error('There are two');
    return proxy;
  };

  test('both are called, and not the routing URL', async () => {
    const gateway = await start();
    const words = await Promise.all(Array.from({ length: 10 }, () => word(gateway)));
    expect(words.map(({ data }) => (data as { word: string }).word).sort()).toEqual([
      ...Array<string>(5).fill('one'),
      ...Array<string>(5).fill('two'),
    ]);
  });

  test.each<[string, Fault]>([
    ['is down', { kind: 'down' }],
    ['resets', { kind: 'reset' }],
    [
      'stands behind a proxy that says 503',
      { kind: 'answer', response: httpAnswer(503, 'text/plain', 'no') },
    ],
  ])('one that %s costs no client of a query anything: the other one answers', async (_what, fault) => {
    const gateway = await start();
    first(0).fail(fault);
    for (let asked = 0; asked < 30; asked += 1)
      expect(await word(gateway)).toEqual({ data: { word: 'two' } });
  });

  test('a query is sent again as often as is set, and no more', async () => {
    const gateway = await start({ retry: { max: 0 }, ejection: { mode: 'off' }, breaker: { mode: 'off' } });
    first(0).fail({ kind: 'reset' });
    const answers = [];
    for (let asked = 0; asked < 10; asked += 1) answers.push(await word(gateway));
    expect(answers.filter(({ errors }) => errors)).toHaveLength(5);
  });

  test('a mutation is sent again when nobody took the connection, and never once a byte of it was sent', async () => {
    const gateway = await start({ ejection: { mode: 'off' } });
    const say = async (what: string) => (await gateway.query(`mutation { say(what: "${what}") }`)).body;
    const { url } = subgraphs[0] ?? { url: '' };
    await proxies[0]?.stop();
    for (const what of ['a', 'b', 'c', 'd']) expect(await say(what)).toEqual({ data: { say: what } });
    expect(ran).toEqual(['a', 'b', 'c', 'd']);
    proxies[0] = await startFaultProxy({ host: '127.0.0.1', port: Number(new URL(url).port) });

    ran = [];
    const other = await start({ ejection: { mode: 'off' } });
    // The mutation runs, and its answer is lost.
    for (const proxy of proxies) proxy.fail({ kind: 'limitData', bytes: 0 });
    const { body } = await other.query('mutation { say(what: "once") }');
    expect(body.errors).toEqual([expect.objectContaining({ message: expect.stringContaining('words') })]);
    expect(ran).toEqual(['once']);
  });

  test('when all fail, a tenth more is sent than was asked', async () => {
    const gateway = await start({ breaker: { mode: 'off' }, retry: { floor: 0 } });
    for (const proxy of proxies)
      proxy.fail({ kind: 'answer', response: httpAnswer(503, 'text/plain', 'no') });
    const before = proxies.reduce((sum, proxy) => sum + proxy.requests(), 0);
    for (let asked = 0; asked < 200; asked += 1) await word(gateway);
    const sent = proxies.reduce((sum, proxy) => sum + proxy.requests(), 0) - before;
    expect(sent).toBeGreaterThan(200);
    expect(sent).toBeLessThanOrEqual(220);
  });
});
