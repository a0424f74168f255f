import { describe, expect, test } from '@jest/globals';

import { readSources } from './project.ts';
import { onlyImporters } from './rules/onlyImporters.ts';

describe('only importers', () => {
  test('what can be replaced is imported in one place', () => {
    expect(onlyImporters(readSources())).toEqual([]);
  });

  test.each([
    ['@apollo/server', 'src/server/apollo/apolloDoor.ts', 'src/server/listener.ts'],
    ['@apollo/server/plugin/disabled', 'src/server/apollo/apolloDoor.ts', 'src/gateway.ts'],
    ['@apollo/gateway', 'src/execution/reference.ts', 'src/execution/execution.ts'],
    ['@apollo/query-planner', 'src/planning/planWorker.ts', 'src/execution/execution.ts'],
    ['@apollo/composition', 'src/registry/compose.ts', 'src/registry/registry.ts'],
    ['pino', 'src/observability/log.ts', 'src/cli/serve.ts'],
    ['prom-client', 'src/observability/metrics/exposition.ts', 'src/admin/admin.ts'],
    ['@opentelemetry/api', 'src/observability/tracing.ts', 'src/upstream/upstream.ts'],
    ['commander', 'src/cli/cli.ts', 'src/main.ts'],
    ['undici', 'src/upstream/pools.ts', 'src/server/listener.ts'],
  ])('%s may be imported by %s, not by %s', (packageName, allowed, other) => {
    const text = `import type { Thing } from '${packageName}';`;
    expect(onlyImporters([{ path: allowed, text }])).toEqual([]);
    expect(onlyImporters([{ path: other, text }])).toEqual([
      expect.stringMatching(
        /^src\/\S+:1 imports \S+, which only .+ may: .+\. Ask that part for what you need\.$/,
      ),
    ]);
  });

  test('tests and example subgraphs may import what they like', () => {
    expect(
      onlyImporters([{ path: 'test/server/audit.test.ts', text: "import { fetch } from 'undici';" }]),
    ).toEqual([]);
  });
});
