import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect } from '@jest/globals';
import { withPromtool } from '../support/withPromtool.ts';

const rules = fileURLToPath(new URL('../../deploy/prometheus/alerts.yaml', import.meta.url));

interface Course {
  readonly alert: string;
  readonly series: string;
  /** A value every 15 s, as promtool writes series. */
  readonly values: string;
  /** The minutes at which it is looked at, with the labels of what fires then; null for nothing. */
  readonly at: Readonly<Record<number, Readonly<Record<string, string>> | null>>;
  readonly summary: string;
}

/** What promtool finds wrong; empty when alerts fire when they are to. */
function wrongIn({ alert, series, values, at, summary }: Course): string {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-alerts-'));
  const file = join(folder, 'course.yaml');
  const fires = (labels: Readonly<Record<string, string>>) => [
    { exp_labels: labels, exp_annotations: { summary } },
  ];
  const tests = {
    rule_files: [rules],
    tests: [
      {
        interval: '15s',
        input_series: [{ series, values }],
        alert_rule_test: Object.entries(at).map(([minute, labels]) => ({
          eval_time: `${minute}m`,
          alertname: alert,
          exp_alerts: labels === null ? [] : fires(labels),
        })),
      },
    ],
  };
  try {
    // JSON is YAML.
    writeFileSync(file, JSON.stringify(tests));
    const { status, stdout, stderr } = spawnSync('promtool', ['test', 'rules', file], { encoding: 'utf8' });
    return status === 0 ? '' : `${stdout}${stderr}`;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

describe('alerts', () => {
  withPromtool(
    'a breaker that is open wakes somebody after five minutes, and none that closes before',
    () => {
      const breaker = {
        alert: 'SluiceBreakerOpen',
        series: 'sluice_upstream_breaker_open{instance="one", subgraph_name="cities"}',
        summary: 'The breaker of cities has been open for five minutes: it fails, and does not get well',
      };
      const fires = { severity: 'critical', subgraph_name: 'cities' };
      // Closed for a minute, then open for ten.
      expect(wrongIn({ ...breaker, values: '0x3 1x40 0x20', at: { 5: null, 7: fires, 12: null } })).toBe('');
      expect(
        wrongIn({ ...breaker, values: '0x3 1x15 0x3 1x15 0x20', at: { 5: null, 7: null, 9: null } }),
      ).toBe('');
    },
  );

  withPromtool('requests that are refused for minutes wake somebody, a burst that is over does not', () => {
    const sheds = {
      alert: 'SluiceSheds',
      series: 'sluice_shed_requests_total{instance="one", cause="event_loop", priority="anonymous"}',
      summary: 'one refuses 2 requests a second with OVERLOADED (event_loop): it has more work than time',
    };
    const fires = { severity: 'warning', instance: 'one', cause: 'event_loop' };
    expect(wrongIn({ ...sheds, values: '0x4 0+30x60', at: { 4: null, 9: fires } })).toBe('');
    expect(wrongIn({ ...sheds, values: '0x4 0+30x4 120x60', at: { 4: null, 9: null, 12: null } })).toBe('');
  });
});
