import type { Analytics } from '../analytics/analytics.ts';
import type { Billing } from '../billing/billing.ts';
import type { Cache } from '../cache/cache.ts';
import type { Load } from '../limits/limits.ts';
import type { SubgraphStats, UpstreamStats } from '../model/upstreamStats.ts';
import type { LabelValues, MetricName, Reader } from '../observability/observability.ts';
import type { Planning } from '../planning/planning.ts';
import type { Generations } from '../request/request.ts';

/** Parts that tell how they stand. */
export interface MeasuredParts {
  readonly upstreamStats: UpstreamStats;
  readonly planning: Pick<Planning, 'stats'>;
  readonly generations: Pick<Generations, 'current'>;
  readonly load: Pick<Load, 'sheds' | 'limit'>;
  readonly usage: Analytics['usage'];
  readonly billing: Pick<Billing, 'stats'>;
  readonly cache: Pick<Cache, 'stats'>;
  /** As /health/ready says it, and where the supergraph served now was read. */
  status(): { readonly ready: boolean; readonly origin: string | null };
}

/**
 * The metrics of parts: each asks its part when somebody scrapes. A part that has something to tell gets a line here, and its metric one in
 * the catalogue (observability/metrics/metricCatalogue.ts); types see to it that none of the two is forgotten.
 */
export function readMetrics(parts: MeasuredParts) {
  const { upstreamStats, planning, generations, load, usage, billing, cache, status } = parts;
  const served = () => generations.current();
  const bySubgraph = (count: (stats: SubgraphStats) => number) =>
    upstreamStats.subgraphs().map((each) => [[each.subgraph], count(each)] as const);
  return {
    sluice_shed_requests_total: () => [
      ...[...load.sheds].map(([priority, count]) => [['event_loop', priority], count] as const),
      [['planning', ''], planning.stats().refused] as const,
    ],
    sluice_requests_limit: () => load.limit ?? 0,

    sluice_upstream_connections: () =>
      upstreamStats.subgraphs().flatMap(({ subgraph, connections }): [LabelValues, number][] => [
        [[subgraph, 'busy'], connections.busy],
        [[subgraph, 'free'], connections.free],
      ]),
    sluice_upstream_protocol_info: () =>
      upstreamStats.subgraphs().map(({ subgraph, protocol }) => [[subgraph, protocol], 1] as const),
    sluice_upstream_waiting_calls: () => bySubgraph(({ connections }) => connections.waiting),
    sluice_upstream_queued_calls: () => bySubgraph(({ queued }) => queued),
    sluice_upstream_calls_limit: () => bySubgraph(({ limit }) => limit),
    sluice_upstream_refused_calls_total: () =>
      upstreamStats.subgraphs().flatMap(({ subgraph, refused }): [LabelValues, number][] => [
        [[subgraph, 'open'], refused.open],
        [[subgraph, 'overloaded'], refused.overloaded],
      ]),
    sluice_upstream_retries_total: () => bySubgraph(({ retries }) => retries),
    sluice_upstream_breaker_open: () =>
      bySubgraph(({ breaker }) => (breaker === 'open' || breaker === 'halfOpen' ? 1 : 0)),
    sluice_upstream_breaker_openings_total: () => bySubgraph(({ openings }) => openings),

    sluice_cache_items_total: () =>
      [...cache.stats().bySubgraph].flatMap(([subgraph, { hits, stale, misses, passed }]) =>
        Object.entries({ hit: hits, stale, miss: misses, passed }).map(
          ([outcome, count]) => [[subgraph, outcome], count] as const,
        ),
      ),
    sluice_cache_not_kept_total: () =>
      [...cache.stats().reasons].map(([reason, count]) => [[reason], count] as const),
    sluice_cache_stored_total: () => cache.stats().stored,
    sluice_cache_purges_total: () => cache.stats().purges,
    sluice_cache_entries: () => cache.stats().entries,
    sluice_cache_bytes: () => cache.stats().bytes,
    sluice_cache_limit_bytes: () => cache.stats().maxBytes,
    sluice_cache_store_failures_total: () => cache.stats().storeFailures,
    sluice_cache_audits_total: () =>
      Object.entries(cache.stats().audits).map(([outcome, count]) => [[outcome], count] as const),
    sluice_cache_barred_types: () => cache.stats().barred,

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

    sluice_billing_records_total: () => billing.stats().recorded,
    sluice_billing_stored_records_total: () => billing.stats().stored,
    sluice_billing_waiting_records: () => billing.stats().waiting,
    sluice_billing_waiting_bytes: () => billing.stats().waitingBytes,
    sluice_billing_oldest_waiting_seconds: () => secondsOf(billing.stats().oldestMs),
    sluice_billing_ship_failures_total: () => billing.stats().failures,
    sluice_billing_lost_records_total: () => billing.stats().lost,
  } satisfies Partial<Record<MetricName, Reader>>;
}

function secondsOf(ms: number | undefined): number | null {
  return ms === undefined ? null : ms / 1000;
}
