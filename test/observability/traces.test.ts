import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { eventually } from '../support/adminClient.ts';
import { createManualClock } from '../support/manualClock.ts';
import type { ReceivedSpan } from '../support/otlp.ts';
import { type Collector, startCollector } from '../support/startCollector.ts';
import { startSubgraph, type TestSubgraph } from '../support/startSubgraph.ts';
import { startTestGateway, type TestGateway } from '../support/startTestGateway.ts';

const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
const parentTrace = '0af7651916cd43dd8448eb211c80319c';

describe('traces', () => {
  let words: TestSubgraph;
  let people: TestSubgraph;
  let collector: Collector;
  /** What the answer of `word` waits for. */
  let held: { arrived(): void; readonly until: Promise<void> } | null = null;
  const closing: (() => Promise<void>)[] = [];

  const word = async () => {
    held?.arrived();
    await held?.until;
    return 'w';
  };

  beforeAll(async () => {
    words = await startSubgraph('words', {
      sdl: 'type Query { word(of: String): String person: Person } type Mutation { say(password: String): String } type Person @key(fields: "id") { id: ID! }',
      resolvers: { Query: { word, person: () => ({ id: '1' }) }, Mutation: { say: () => 'said' } },
    });
    people = await startSubgraph('people', {
      sdl: 'type Person @key(fields: "id") { id: ID! name: String }',
      resolvers: { Person: { __resolveReference: ({ id }: { id: string }) => ({ id, name: 'Ann' }) } },
    });
    collector = await startCollector();
  });
  afterAll(async () => {
    await Promise.all([words.stop(), people.stop(), collector.stop()]);
  });
  afterEach(async () => {
    for (const close of closing.splice(0).reverse()) await close();
    collector.intercept(null);
    collector.spans.length = 0;
    collector.requests.length = 0;
    words.received.length = 0;
    people.received.length = 0;
  });

  async function startTraced(traces: object = {}, settings: object = {}): Promise<TestGateway> {
    const gateway = await startTestGateway({
      subgraphs: [words, people],
      settings: {
        ...settings,
        observability: {
          traces: { endpoint: collector.endpoint, sampling: 1, interval: '100ms', ...traces },
        },
      },
    });
    closing.push(() => gateway.stop());
    return gateway;
  }

  /** The spans of one request, once its own has come: it ends last. */
  const spansOf = (traceId: string) =>
    eventually(() => {
      const spans = collector.spans.filter((span) => span.traceId === traceId);
      return spans.some(({ kind }) => kind === 2) ? spans : null;
    });
  const traceIdIn = (gateway: TestGateway, requestId: string | null) =>
    eventually(() => {
      const line = gateway.logged().find((each) => each.requestId === requestId && each.msg === 'request');
      return (line?.traceId as string | undefined) ?? null;
    });
  const named = (spans: readonly ReceivedSpan[], name: string) => {
    const found = spans.filter((span) => span.name === name);
    expect([name, found.length]).toEqual([name, 1]);
    return found[0] as ReceivedSpan;
  };

  test('show a request, its steps and its calls, each within what it is a part of', async () => {
    const gateway = await startTraced({
      service: 'atlas',
      attributes: { 'deployment.environment.name': 'test' },
    });
    const { headers } = await gateway.query('query Someone { person { name } }', {
      headers: { 'apollographql-client-name': 'web' },
    });
    const requestId = headers.get('x-request-id');
    const spans = await spansOf(await traceIdIn(gateway, requestId));
    const request = named(spans, 'query Someone');
    expect(request).toMatchObject({ kind: 2, parentSpanId: '', status: 0 });
    expect(request.attributes).toMatchObject({
      'graphql.operation.name': 'Someone',
      'graphql.operation.type': 'query',
      'http.request.method': 'POST',
      'http.response.status_code': 200,
      'sluice.request.id': requestId,
      'sluice.client.name': 'web',
    });
    expect(request.resource).toMatchObject({
      'service.name': 'atlas',
      'service.version': expect.any(String),
      'service.instance.id': expect.any(String),
      'deployment.environment.name': 'test',
    });
    for (const step of ['admit', 'identify', 'prepare', 'answer'])
      expect(named(spans, step)).toMatchObject({ parentSpanId: request.spanId, kind: 1 });
    const answer = named(spans, 'answer');
    expect(named(spans, 'plan').parentSpanId).toBe(answer.spanId);
    for (const [subgraph, received] of [
      ['words', words.received],
      ['people', people.received],
    ] as const) {
      const call = named(spans, `subgraph ${subgraph}`);
      expect(call).toMatchObject({ parentSpanId: answer.spanId, kind: 1, status: 0 });
      const instance = expect.stringMatching(/^127\.0\.0\.1:\d+$/);
      const place = {
        'subgraph.name': subgraph,
        'subgraph.instance': instance,
        'sluice.breaker.state': 'closed',
      };
      expect(call.attributes).toMatchObject({ ...place, 'graphql.operation.type': 'query' });
      const sent = named(spans, `try ${subgraph}`);
      expect(sent).toMatchObject({ parentSpanId: call.spanId, kind: 3, status: 0 });
      const told = { ...place, 'sluice.try.number': 1, 'http.response.status_code': 200 };
      expect(sent.attributes).toMatchObject(told);
      // The subgraph goes on under the span of the try.
      expect(received.at(-1)?.headers.traceparent).toBe(`00-${sent.traceId}-${sent.spanId}-01`);
    }
    for (const span of spans) {
      expect(span.endMs).toBeGreaterThanOrEqual(span.startMs);
      expect(span.startMs).toBeGreaterThanOrEqual(request.startMs - 1);
      expect(span.endMs).toBeLessThanOrEqual(request.endMs + 1);
    }
    expect(collector.requests[0]?.path).toBe('/v1/traces');
  });

  test('show each try of a call by itself, with the instance, how it ended and the breaker', async () => {
    const gateway = await startTraced({}, { upstream: { retry: { delay: '0ms' } } });
    let tries = 0;
    words.intercept((response) => {
      tries += 1;
      if (tries > 1) words.intercept(null);
      response.writeHead(503).end();
    });
    const { headers, status } = await gateway.query('query Again { word }');
    expect(status).toBe(200);
    const spans = await spansOf(await traceIdIn(gateway, headers.get('x-request-id')));
    const call = named(spans, 'subgraph words');
    const found = spans
      .filter(({ name }) => name === 'try words')
      .sort(
        (one, other) =>
          Number(one.attributes['sluice.try.number']) - Number(other.attributes['sluice.try.number']),
      );
    expect(found.map(({ parentSpanId }) => parentSpanId)).toEqual(found.map(() => call.spanId));
    expect(found.length).toBeGreaterThan(1);
    expect(found[0]).toMatchObject({ status: 2, attributes: { 'sluice.breaker.state': 'closed' } });
    expect(found[0]?.attributes['error.type']).toBeDefined();
    expect(Number(call.attributes['sluice.call.tries'])).toBe(found.length);
  });

  test('say what went wrong by its code, and hold nothing of tokens, variables and answers', async () => {
    const gateway = await startTraced({ headers: { 'x-collector': 'let-me-in-please' } });
    words.intercept((response) =>
      response
        .writeHead(200, { 'content-type': 'application/json' })
        .end('{"data":null,"errors":[{"message":"hunter2 leaked","extensions":{"code":"BAD_WORD"}}]}'),
    );
    const { headers } = await gateway.query('mutation Say($password: String) { say(password: $password) }', {
      variables: { password: 'hunter2' },
      headers: { cookie: 'sid=hunter2', 'x-secret': 'hunter2' },
    });
    words.intercept(null);
    const spans = await spansOf(await traceIdIn(gateway, headers.get('x-request-id')));
    expect(named(spans, 'subgraph words')).toMatchObject({
      status: 2,
      attributes: { 'error.type': 'BAD_WORD' },
    });
    expect(named(spans, 'mutation Say').attributes).toMatchObject({ 'error.type': 'BAD_WORD' });
    expect(JSON.stringify(spans)).not.toContain('hunter2');
    expect(collector.requests[0]?.headers['x-collector']).toBe('let-me-in-please');
    expect(gateway.logText()).not.toContain('let-me-in-please');
  });

  test('show a refused request too', async () => {
    const gateway = await startTraced();
    const { headers } = await gateway.query('{ word');
    const spans = await spansOf(await traceIdIn(gateway, headers.get('x-request-id')));
    expect(named(spans, 'POST').attributes).toMatchObject({ 'error.type': 'GRAPHQL_PARSE_FAILED' });
  });

  test.each([
    ['trust', {}, true],
    ['proxies', { server: { trustedProxies: ['127.0.0.1'] } }, true],
    ['proxies', {}, false],
    ['ignore', { server: { trustedProxies: ['127.0.0.1'] } }, false],
  ])('with parent: %s and %j a traceparent is gone on with: %s', async (parent, settings, isTaken) => {
    const gateway = await startTraced({ parent }, settings);
    const { headers } = await gateway.query('{ word }', { headers: { traceparent, tracestate: 'vendor=1' } });
    const traceId = await traceIdIn(gateway, headers.get('x-request-id'));
    const spans = await spansOf(traceId);
    const request = named(spans, 'query');
    expect(traceId === parentTrace).toBe(isTaken);
    expect(request.parentSpanId).toBe(isTaken ? 'b7ad6b7169203331' : '');
    expect(request.links).toEqual(isTaken ? [] : [parentTrace]);
    const received = words.received.at(-1)?.headers;
    expect(received?.traceparent).toContain(traceId);
    expect(received?.tracestate).toBe(isTaken ? 'vendor=1' : undefined);
  });

  test('a traceparent that is none begins a trace of its own', async () => {
    const gateway = await startTraced({ parent: 'trust' });
    const none = '00-00000000000000000000000000000000-b7ad6b7169203331-01';
    for (const given of ['not-a-traceparent', none, `${traceparent}-x`, '', 'x'.repeat(8000)]) {
      const { status, headers } = await gateway.query('{ word }', { headers: { traceparent: given } });
      expect(status).toBe(200);
      const spans = await spansOf(await traceIdIn(gateway, headers.get('x-request-id')));
      expect(named(spans, 'query').parentSpanId).toBe('');
    }
  });

  test('a request that is not sampled passes its trace on and sends no span', async () => {
    const gateway = await startTraced({ sampling: 0 });
    const { headers } = await gateway.query('{ word }');
    const traceId = await traceIdIn(gateway, headers.get('x-request-id'));
    expect(words.received.at(-1)?.headers.traceparent).toMatch(new RegExp(`^00-${traceId}-[0-9a-f]{16}-00$`));
    await gateway.stop();
    expect(collector.requests).toHaveLength(0);
  });

  test('do not keep queries apart that are the same: one call, whoever is traced', async () => {
    const gateway = await startTraced(
      { parent: 'trust' },
      { upstream: { headers: [{ propagate: 'trace*' }, { propagate: 'x-language' }] } },
    );
    const arrived = Promise.withResolvers<void>();
    const released = Promise.withResolvers<void>();
    held = { arrived: arrived.resolve, until: released.promise };
    const ask = (last: string) =>
      gateway.query('{ word }', { headers: { traceparent: traceparent.replace(/.-01$/, `${last}-01`) } });
    const first = ask('1');
    await arrived.promise;
    const others = ['2', '3', '4'].map(ask);
    const open = () => fetch(`${gateway.adminUrl}/metrics`).then((response) => response.text());
    await eventually(async () => ((await open()).includes('http_server_active_requests 4') ? true : null));
    held = null;
    released.resolve();
    const answers = await Promise.all([first, ...others]);
    expect(answers.map(({ body }) => body.data)).toEqual(Array(4).fill({ word: 'w' }));
    expect(words.received).toHaveLength(1);
  });

  test('buckets of the request metric name a trace that fell into them', async () => {
    const gateway = await startTraced();
    const { headers } = await gateway.query('{ word }');
    const traceId = await traceIdIn(gateway, headers.get('x-request-id'));
    const response = await fetch(`${gateway.adminUrl}/metrics`, {
      headers: { accept: 'application/openmetrics-text' },
    });
    expect(await response.text()).toMatch(
      new RegExp(
        `^http_server_request_duration_seconds_bucket\\{.*\\} 1 # \\{trace_id="${traceId}"\\} [\\d.e-]+ \\d`,
        'm',
      ),
    );
  });

  test('of a collector that is not there cost no request, are said once, and end with the process', async () => {
    const gone = await startCollector();
    await gone.stop();
    const gateway = await startTraced({ endpoint: gone.endpoint });
    for (let at = 0; at < 5; at += 1) expect((await gateway.query('{ word }')).status).toBe(200);
    await eventually(() => (gateway.logText().includes('spans cannot be exported') ? true : null));
    await gateway.stop();
    expect(gateway.logText().match(/spans cannot be exported/g)).toHaveLength(1);
    expect(gateway.logText()).toContain('spans are lost');
  });
});

describe('a collector that is away for ten minutes', () => {
  const minuteMs = 60_000;

  async function startAway(traces: object) {
    const [collector, clock] = [await startCollector(), createManualClock()];
    const words = await startSubgraph('words', { sdl: 'type Query { word: String }' });
    collector.intercept((response) => response.writeHead(503).end());
    const gateway = await startTestGateway({
      subgraphs: [words],
      clock,
      settings: { observability: { traces: { endpoint: collector.endpoint, sampling: 1, ...traces } } },
    });
    return { collector, clock, gateway, stop: () => Promise.all([gateway.stop(), words.stop()]) };
  }
  type Away = Awaited<ReturnType<typeof startAway>>;

  /** Asks so often a minute, and lets each minute pass when the collector has been asked once more. */
  async function tenMinutes({ collector, clock, gateway }: Away, requestsPerMinute: number): Promise<void> {
    for (let minute = 0; minute < 10; minute += 1) {
      for (let at = 0; at < requestsPerMinute; at += 1)
        expect((await gateway.query(`query M${minute}N${at} { word }`)).status).toBe(200);
      const before = collector.requests.length;
      clock.advance(minuteMs);
      await eventually(() => (collector.requests.length > before ? true : null));
    }
  }
  const readMetric = async ({ gateway }: Away, name: string) => {
    const text = await (await fetch(`${gateway.adminUrl}/metrics`)).text();
    return Number(new RegExp(`^${name} (\\d+)$`, 'm').exec(text)?.[1]);
  };
  /** What was asked, of all spans that came, in the order it was. */
  const requestsIn = ({ collector }: Away) =>
    collector.spans.filter(({ kind }) => kind === 2).map(({ name }) => name.replace('query ', ''));
  async function comeBack(away: Away): Promise<void> {
    away.collector.intercept(null);
    away.clock.advance(minuteMs);
    await eventually(async () => ((await readMetric(away, 'sluice_spans_waiting')) === 0 ? true : null));
  }

  test('loses nothing that there is room for, and is told of twice', async () => {
    const away = await startAway({});
    await tenMinutes(away, 10);
    await comeBack(away);
    expect(new Set(requestsIn(away)).size).toBe(100);
    expect(requestsIn(away)).toHaveLength(100);
    expect(await readMetric(away, 'sluice_spans_dropped_total')).toBe(0);
    expect(await readMetric(away, 'sluice_spans_exported_total')).toBe(away.collector.spans.length);
    const told = away.gateway.logged().filter(({ msg }) => /^spans/.test(String(msg)));
    expect(told.map(({ msg }) => msg)).toEqual([
      'spans cannot be exported; the newest of them wait in memory',
      'spans can be exported again',
    ]);
    await away.stop();
    await away.collector.stop();
  });

  test('loses the oldest where there is no room, and counts them', async () => {
    const away = await startAway({ maxWaiting: 512 });
    await tenMinutes(away, 20);
    expect(await readMetric(away, 'sluice_spans_waiting')).toBe(512);
    const dropped = await readMetric(away, 'sluice_spans_dropped_total');
    expect(dropped).toBeGreaterThan(500);
    await comeBack(away);
    expect(await readMetric(away, 'sluice_spans_exported_total')).toBe(512);
    expect(await readMetric(away, 'sluice_spans_dropped_total')).toBe(dropped);
    const kept = requestsIn(away);
    expect(kept.at(-1)).toBe('M9N19');
    expect(kept).not.toContain('M0N0');
    await away.stop();
    await away.collector.stop();
  });

  test('and one that never answers holds up no request, nor the end of the process', async () => {
    const away = await startAway({});
    away.collector.intercept(() => undefined);
    for (let minute = 0; minute < 10; minute += 1) {
      expect((await away.gateway.query('{ word }')).status).toBe(200);
      away.clock.advance(minuteMs);
      await eventually(() => (away.collector.requests.length > minute / 2 ? true : null));
    }
    const stopped = away.stop();
    // The last try, too, has its time.
    const over = setInterval(() => away.clock.advance(minuteMs), 20);
    await stopped;
    clearInterval(over);
    await away.collector.stop();
  });

  test('what a collector refuses is dropped, counted and told of', async () => {
    const away = await startAway({});
    away.collector.intercept((response) => response.writeHead(400).end());
    await away.gateway.query('{ word }');
    away.clock.advance(minuteMs);
    await eventually(async () =>
      (await readMetric(away, 'sluice_spans_dropped_total')) > 0 &&
      (await readMetric(away, 'sluice_spans_waiting')) === 0
        ? true
        : null,
    );
    expect(away.gateway.logText()).toContain('"why":"status 400"');
    await away.stop();
    await away.collector.stop();
  });
});

test('without a collector a traceparent is a header like others', async () => {
  const words = await startSubgraph('words', { sdl: 'type Query { word: String }', resolvers: {} });
  const gateway = await startTestGateway({
    subgraphs: [words],
    settings: { upstream: { headers: [{ propagate: 'traceparent' }] } },
  });
  try {
    await gateway.query('{ word }', { headers: { traceparent } });
    expect(words.received.at(-1)?.headers.traceparent).toBe(traceparent);
    const line = await eventually(() => gateway.logged().find(({ msg }) => msg === 'request') ?? null);
    expect(line).not.toHaveProperty('traceId');
  } finally {
    await gateway.stop();
    await words.stop();
  }
});

test('the SDK of OpenTelemetry is loaded with the first collector, and not before', () => {
  const script = `
    const { openTraces, observabilityOptions } = await import('./src/observability/observability.ts');
    await import('./src/gateway.ts');
    const { createRequire } = await import('node:module');
    const loaded = () => Object.keys(createRequire(process.cwd() + '/x.js').cache).some((path) => path.includes('@opentelemetry/sdk-trace'));
    const { systemClock: clock } = await import('./src/base/clock.ts');
    const open = (traces) => openTraces(observabilityOptions.parse({ traces }).traces, { clock, log: console, version: '1' });
    await open({});
    const before = loaded();
    await (await open({ endpoint: 'http://127.0.0.1:1' })).close();
    console.log(JSON.stringify({ before, after: loaded() }));
  `;
  const cwd = fileURLToPath(new URL('../..', import.meta.url));
  const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '--eval', script], { cwd });
  expect([JSON.parse(stdout.toString() || 'null'), stderr.toString()]).toEqual([
    { before: false, after: true },
    '',
  ]);
});
