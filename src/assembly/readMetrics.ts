import type { Analytics } from '../analytics/analytics.ts';
import type { SubgraphStats, UpstreamStats } from '../model/upstreamStats.ts';
import type { LabelValues, MetricName, Reader } from '../observability/observability.ts';
import type { Planning } from '../planning/planning.ts';
import type { Generations } from '../request/request.ts';

/** Parts that tell how they stand. */
export interface MeasuredParts {
  readonly upstreamStats: UpstreamStats;
  readonly planning: Pick<Planning, 'stats'>;
  readonly generations: Pick<Generations, 'current'>;
  readonly usage: Analytics['usage'];
  /** As /health/ready says it, and where the supergraph served now was read. */
  status(): { readonly ready: boolean; readonly origin: string | null };
}

/**
 * The metrics of parts: each asks its part when somebody scrapes. A part that has something to tell gets a line here, and its metric one in
 * the catalogue (observability/metrics/metricCatalogue.ts); types see to it that none of the two is forgotten.
 */
export function readMetrics({ upstreamStats, planning, generations, usage, status }: MeasuredParts) {
  const served = () => generations.current();
  const bySubgraph = (count: (stats: SubgraphStats) => number) =>
    upstreamStats.subgraphs().map((each) => [[each.subgraph], count(each)] as const);
  return {
    sluice_upstream_connections: () =>
      upstreamStats.subgraphs().flatMap(({ subgraph, connections }): [LabelValues, number][] => [
        [[subgraph, 'busy'], connections.busy],
        [[subgraph, 'free'], connections.free],
      ]),
    sluice_upstream_protocol_info: () =>
      upstreamStats.subgraphs().map(({ subgraph, protocol }) => [[subgraph, protocol], 1] as const),
    sluice_upstream_waiting_calls: () => bySubgraph(({ connections }) => connections.waiting),

    sluice_supergraph_version: () => served()?.supergraph.version ?? 0,
    sluice_supergraph_served_since_timestamp_seconds: () => secondsOf(served()?.builtAtMs),
    sluice_supergraph_info() {
      const hash = served()?.supergraph.hash;
      return hash === undefined ? null : [[[hash.slice(0, 12), status().origin ?? ''], 1] as const];
    },
    sluice_ready: () => (status().ready ? 1 : 0),
    sluice_documents: () => served()?.documents.size ?? 0,
    sluice_compiled_operations: () => served()?.engine.keptOperations?.() ?? 0,

    sluice_planning_waiting: () => planning.stats().waiting,
    sluice_plans_total() {
      const { apollo, plain, failed } = planning.stats();
      return Object.entries({ apollo, plain, failed }).map(([by, count]) => [[by], count] as const);
    },

    sluice_usage_waiting_bytes: () => usage?.waitingBytes() ?? null,
    sluice_usage_lost_total: () => usage?.lost() ?? null,
  } satisfies Partial<Record<MetricName, Reader>>;
}

function secondsOf(ms: number | undefined): number | null {
  return ms === undefined ? null : ms / 1000;
}
