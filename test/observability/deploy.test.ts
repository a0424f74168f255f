import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { metricCatalogue } from '../../src/observability/observability.ts';
import { startTestGateway, type TestGateway } from '../support/startTestGateway.ts';
import { withPromtool } from '../support/withPromtool.ts';

const readText = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');

interface Place {
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly h: number;
}
interface Dashboard {
  readonly panels: readonly {
    readonly title: string;
    readonly gridPos: Place;
    readonly targets?: readonly { readonly expr: string }[];
  }[];
  readonly annotations: { readonly list: readonly { readonly expr: string }[] };
}
interface Rules {
  readonly groups: readonly {
    readonly rules: readonly { readonly alert: string; readonly expr: string }[];
  }[];
}

const dashboard = JSON.parse(readText('deploy/grafana/sluice.json')) as Dashboard;
const alerts = (parse(readText('deploy/prometheus/alerts.yaml')) as Rules).groups.flatMap(
  ({ rules }) => rules,
);
const queries = [
  ...dashboard.panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr)),
  ...dashboard.annotations.list.map(({ expr }) => expr),
  ...alerts.map(({ expr }) => expr),
];

/** Names of metrics in a query: each word of at least two parts that is no function and stands before no `(`, outside of quotes and braces. */
function metricsIn(query: string): string[] {
  const bare = query
    .replace(/\{[^}]*\}|\[[^\]]*\]|"[^"]*"/g, ' ')
    .replace(/\b(by|without)\s*\([^)]*\)/g, ' ');
  return [...bare.matchAll(/\b[a-z]\w*_\w+\b(?!\s*\()/g)].map(([name]) => name);
}
function labelsIn(query: string): string[] {
  const matched = [...query.matchAll(/[{,]\s*(\w+)\s*(?:=~|!~|!=|=)/g)].map(([, label = '']) => label);
  const grouped = [...query.matchAll(/\b(?:by|without)\s*\(([^)]*)\)/g)].flatMap(([, names = '']) =>
    names.split(/,\s*/),
  );
  return [...matched, ...grouped];
}

describe('what is in deploy/', () => {
  let gateway: TestGateway;
  beforeAll(async () => {
    gateway = await startTestGateway();
  });
  afterAll(() => gateway.stop());

  test('asks for metrics that a gateway has, by labels that they have', async () => {
    const text = await (await fetch(`${gateway.adminUrl}/metrics`)).text();
    const live = new Set<string>();
    for (const [, name = '', type] of text.matchAll(/^# TYPE (\S+) (\S+)$/gm))
      for (const suffix of type === 'histogram' ? ['_bucket', '_sum', '_count'] : [''])
        live.add(name + suffix);
    const labels = new Set<string>([
      'instance',
      'le',
      ...Object.values(metricCatalogue).flatMap((entry) => entry.labels),
    ]);
    expect(queries.length).toBeGreaterThan(50);
    for (const query of queries) {
      const metrics = metricsIn(query);
      expect([query, metrics.length]).not.toEqual([query, 0]);
      for (const name of metrics) expect([query, name, live.has(name)]).toEqual([query, name, true]);
      for (const label of labelsIn(query))
        expect([query, label, labels.has(label)]).toEqual([query, label, true]);
    }
  });

  test('no two panels of the dashboard stand on one place', () => {
    const meet = (one: Place, other: Place) =>
      one.x < other.x + other.w &&
      other.x < one.x + one.w &&
      one.y < other.y + other.h &&
      other.y < one.y + one.h;
    const clashes = dashboard.panels.flatMap((one, index) =>
      dashboard.panels
        .slice(index + 1)
        .filter((other) => meet(one.gridPos, other.gridPos))
        .map((other) => `${one.title} and ${other.title}`),
    );
    expect(clashes).toEqual([]);
  });

  test('the dashboard shows every metric', () => {
    const shown = new Set(queries.flatMap(metricsIn).map((name) => name.replace(/_(bucket|sum|count)$/, '')));
    expect(Object.keys(metricCatalogue).filter((name) => !shown.has(name))).toEqual([]);
  });

  withPromtool('are rules that promtool takes', () => {
    const { status, stderr } = spawnSync('promtool', ['check', 'rules', 'deploy/prometheus/alerts.yaml'], {
      cwd: new URL('../..', import.meta.url),
    });
    expect([status, stderr.toString()]).toEqual([0, '']);
  });

  withPromtool("the dashboard's queries are PromQL", () => {
    const rules = queries.map((query, at) => ({
      record: `query_${at}`,
      expr: query.replaceAll('$__rate_interval', '5m').replaceAll('$instance', '.*'),
    }));
    // JSON is YAML.
    const file = join(gateway.folder, 'queries.yaml');
    writeFileSync(file, JSON.stringify({ groups: [{ name: 'queries', rules }] }));
    const { status, stderr } = spawnSync('promtool', ['check', 'rules', file]);
    expect([status, stderr.toString()]).toEqual([0, '']);
  });
});
