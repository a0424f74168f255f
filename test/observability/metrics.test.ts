import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { metricCatalogue } from '../../src/observability/observability.ts';
import { eventually } from '../support/adminClient.ts';
import { freePort } from '../support/sluiceProcess.ts';
import { startSubgraph, type TestSubgraph } from '../support/startSubgraph.ts';
import { startTestGateway, type TestGateway } from '../support/startTestGateway.ts';
import { withPromtool } from '../support/withPromtool.ts';

const openMetrics = 'application/openmetrics-text; version=1.0.0';

describe('metrics', () => {
  let words: TestSubgraph;
  let gateway: TestGateway;

  beforeAll(async () => {
    words = await startSubgraph('words', {
      sdl: 'type Query { word(of: Int): String secret: String @authenticated }',
      resolvers: { Query: { word: () => 'w', secret: () => 's' } },
    });
    gateway = await startTestGateway({
      subgraphs: [words],
      settings: {
        observability: { metrics: { operations: 10 } },
        limits: { operation: { depth: 2 } },
      },
    });
  });
  afterAll(async () => {
    await gateway.stop();
    await words.stop();
  });

  const scrape = async (accept = 'text/plain') => {
    const response = await fetch(`${gateway.adminUrl}/metrics`, { headers: { accept } });
    expect(response.status).toBe(200);
    return { type: response.headers.get('content-type'), text: await response.text() };
  };
  /** The value of one series; null where there is none. */
  const readSeries = async (series: string) => {
    const { text } = await scrape();
    const line = text.split('\n').find((each) => each.startsWith(`${series} `));
    return line === undefined ? null : Number(line.slice(series.length + 1));
  };
  const increase = async (series: string, run: () => Promise<unknown>) => {
    const before = (await readSeries(series)) ?? 0;
    await run();
    return await eventually(async () => {
      const now = (await readSeries(series)) ?? 0;
      return now > before ? now - before : null;
    });
  };

  test('are those of the catalogue, all of them and no others', async () => {
    const { text, type } = await scrape();
    expect(type).toBe('text/plain; version=0.0.4; charset=utf-8');
    const types = new Map([...text.matchAll(/^# TYPE (\S+) (\S+)$/gm)].map(([, name, kind]) => [name, kind]));
    expect(Object.fromEntries(types)).toEqual(
      Object.fromEntries(Object.entries(metricCatalogue).map(([name, entry]) => [name, entry.type])),
    );
    for (const [, name = '', labels = ''] of text.matchAll(/^(\w+)(?:\{(.*)\})? /gm)) {
      const family = Object.entries(metricCatalogue).find(
        ([each, entry]) =>
          each === name ||
          (entry.type === 'histogram' && /^(.*)_(bucket|sum|count)$/.exec(name)?.[1] === each),
      );
      expect([name, family?.[0]]).toEqual([name, expect.any(String)]);
      const used = [...labels.matchAll(/(\w+)="/g)]
        .map(([, label]) => label)
        .filter((label) => label !== 'le');
      expect((family?.[1].labels as readonly string[]) ?? []).toEqual(expect.arrayContaining(used));
    }
  });

  test('are in OpenMetrics for who accepts it', async () => {
    const { text, type } = await scrape(openMetrics);
    expect(type).toBe('application/openmetrics-text; version=1.0.0; charset=utf-8');
    expect(text.endsWith('# EOF\n')).toBe(true);
    expect(text).toContain('# TYPE sluice_errors counter');
  });

  test('count a request once, with its method, status, operation and call', async () => {
    const before = words.received.length;
    const run = () => gateway.query('query Word($of: Int) { word(of: $of) }', { variables: { of: 1 } });
    const count = 'http_server_request_duration_seconds_count';
    expect(await increase(`${count}{http_request_method="POST",http_response_status_code="200"}`, run)).toBe(
      1,
    );
    const labels = 'graphql_operation_name="Word",graphql_operation_type="query"';
    expect(await increase(`sluice_operation_duration_seconds_count{${labels}}`, run)).toBe(1);
    expect(await increase('http_client_request_duration_seconds_count{subgraph_name="words"}', run)).toBe(1);
    expect(words.received.length - before).toBe(3);
    expect(await readSeries('http_server_active_requests')).toBe(0);
    expect(await readSeries('sluice_compiled_operations')).toBeGreaterThan(0);
    expect(await readSeries('sluice_plans_total{by="apollo"}')).toBeGreaterThan(0);
  });

  test('count what is refused, by rule, mode and code', async () => {
    const deep = () => gateway.query('{ __schema { types { fields { name } } } }');
    expect(
      await increase('sluice_limit_refusals_total{rule="limits.operation.depth",mode="enforce"}', deep),
    ).toBe(1);
    expect(await increase('sluice_errors_total{code="DEPTH_LIMIT_EXCEEDED"}', deep)).toBe(1);
    expect(
      await increase('sluice_authorization_denied_total{how="filter"}', () => gateway.query('{ secret }')),
    ).toBe(1);
  });

  test('tell calls that failed by their code, and codes a subgraph makes up together', async () => {
    words.intercept((response) =>
      response.writeHead(200, { 'content-type': 'application/json' }).end(
        JSON.stringify({
          data: null,
          errors: [{ message: 'm', extensions: { code: `MADE_UP_${words.received.length}` } }],
        }),
      ),
    );
    for (let at = 0; at < 100; at += 1) await gateway.query(`{ word(of: ${at}) }`);
    words.intercept((response) => response.writeHead(503).end());
    await gateway.query('{ word(of: 7) }');
    words.intercept(null);
    const { text } = await scrape();
    const codes = [
      ...text.matchAll(/http_client_request_duration_seconds_count\{.*error_type="(\w+|\(other\))"/g),
    ];
    expect(codes.length).toBeLessThan(15);
    const seen = codes.map(([, code]) => code);
    expect(seen).toEqual(expect.arrayContaining(['(other)', 'SUBGRAPH_UNREACHABLE']));
    expect([...text.matchAll(/^sluice_errors_total/gm)].length).toBeLessThan(70);
  });

  test('hold a bounded number of names, however many clients make up', async () => {
    for (let at = 0; at < 200; at += 1) await gateway.query(`query Name${at} { word }`);
    await gateway.query(`query N${'a'.repeat(5000)} { word }`);
    await fetch(gateway.endpoint, { method: 'PROPFIND' });
    const { text } = await scrape();
    const names = new Set([...text.matchAll(/graphql_operation_name="([^"]*)"/g)].map(([, name]) => name));
    expect(names.size).toBeLessThanOrEqual(10 + 3);
    expect(names).toContain('(other)');
    expect(Math.max(...[...names].map((name = '') => name.length))).toBeLessThanOrEqual(128);
    expect(text).toContain('http_request_method="_OTHER"');
  });

  test('are refused to who writes', async () => {
    const response = await fetch(`${gateway.adminUrl}/metrics`, { method: 'POST' });
    expect([response.status, response.headers.get('allow')]).toEqual([405, 'GET, HEAD']);
  });

  withPromtool('are what promtool takes for sound', async () => {
    const { text } = await scrape();
    const { status, stdout, stderr } = spawnSync('promtool', ['check', 'metrics'], { input: text });
    expect([status, `${stdout}${stderr}`]).toEqual([0, '']);
  });
});

describe('who may read metrics', () => {
  test('an admin with tokens wants one; the address for scrapers does not', async () => {
    const token = 'a-token-of-the-admin';
    const port = await freePort();
    const gateway = await startTestGateway({
      settings: {
        admin: { tokens: [{ name: 'ann', token }] },
        observability: { metrics: { listen: `127.0.0.1:${port}` } },
      },
    });
    try {
      const status = async (url: string, headers = {}) => (await fetch(url, { headers })).status;
      expect(await status(`${gateway.adminUrl}/metrics`)).toBe(401);
      expect(await status(`${gateway.adminUrl}/metrics`, { authorization: `Bearer ${token}` })).toBe(200);
      expect(await status(`http://127.0.0.1:${port}/metrics`)).toBe(200);
      expect(await status(`http://127.0.0.1:${port}/graphql`)).toBe(404);
    } finally {
      await gateway.stop();
    }
  });

  test('where they are off nothing is counted', async () => {
    const gateway = await startTestGateway({ settings: { observability: { metrics: { enabled: false } } } });
    try {
      expect((await fetch(`${gateway.adminUrl}/metrics`)).status).toBe(404);
    } finally {
      await gateway.stop();
    }
  });
});

describe('the reference of metrics', () => {
  const readText = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');

  test('docs/reference/metrics.md says what the catalogue says', () => {
    const rows = [
      ...readText('docs/reference/metrics.md').matchAll(/^\| `(\w+)` \| (\w+) \| (.*) \| (.+) \|$/gm),
    ];
    const told = rows.map(([, name, type, labels, meaning]) => ({ name, type, labels, meaning }));
    const expected = Object.entries(metricCatalogue).map(([name, { type, labels, meaning }]) => ({
      name,
      type,
      labels: labels.map((label: string) => `\`${label}\``).join(' '),
      meaning,
    }));
    expect(told).toEqual(expected);
  });
});
