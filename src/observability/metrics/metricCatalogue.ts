/**
 * Every metric there is, in one catalogue: its name, its type, what it is told apart by, and what it means. docs/reference/metrics.md
 * holds the same table; a test keeps both equal, and the dashboard and the alerts in deploy/ name nothing else.
 *
 * Names are OpenTelemetry's, as Prometheus spells them, where it has one; `process_*` are those of Prometheus; the rest begin with
 * `sluice_`. Whoever adds a metric adds it here, and its reader in src/assembly/readMetrics.ts.
 */

interface CatalogueEntry {
  readonly type: 'counter' | 'gauge' | 'histogram';
  readonly labels: readonly string[];
  readonly meaning: string;
}

const counter = (meaning: string, ...labels: readonly string[]): CatalogueEntry => ({
  type: 'counter',
  labels,
  meaning,
});
const gauge = (meaning: string, ...labels: readonly string[]): CatalogueEntry => ({
  type: 'gauge',
  labels,
  meaning,
});
const histogram = (meaning: string, ...labels: readonly string[]): CatalogueEntry => ({
  type: 'histogram',
  labels,
  meaning,
});

export const metricCatalogue = {
  // Requests
  http_server_request_duration_seconds: histogram(
    'Requests, from their arrival until the client had its answer or had gone (499); those by a route are told apart by it, the first hundred routes.',
    'http_request_method',
    'http_response_status_code',
    'http_route',
  ),
  http_server_active_requests: gauge('Requests being answered.'),
  sluice_response_bytes_total: counter('Bytes of answers, after compression.'),
  sluice_step_seconds_total: counter('Time spent in each step of the pipeline.', 'step'),
  sluice_operation_duration_seconds: histogram(
    'Operations by name: the busiest have their own, the rest are (other); those without one are (unnamed), those refused before they were known (unknown).',
    'graphql_operation_name',
    'graphql_operation_type',
  ),
  sluice_operation_errors_total: counter(
    'Operations that ended with at least one error.',
    'graphql_operation_name',
    'graphql_operation_type',
  ),
  sluice_errors_total: counter('Requests that met an error of this code.', 'code'),
  sluice_clients_gone_total: counter('Requests whose client did not wait for the answer.'),
  sluice_joined_operations_total: counter('Operations that the run of an equal one under way answered.'),

  // What refuses
  sluice_limit_refusals_total: counter(
    'Requests that a rule refused (enforce) or would have refused (log), by its setting.',
    'rule',
    'mode',
  ),
  sluice_authorization_denied_total: counter(
    'Requests that asked for what their session may not see; how: filter took it out, reject refused with FORBIDDEN.',
    'how',
  ),

  sluice_shed_requests_total: counter(
    'Requests refused with OVERLOADED, by cause: the event loop kept work waiting (by who asked: signedIn, signedInQuery, anonymous, anonymousQuery), or too many plans waited.',
    'cause',
    'priority',
  ),
  sluice_requests_limit: gauge(
    'How many requests may be under way at a time, while there is overload; 0 while any number may be.',
  ),

  // Calls to subgraphs
  http_client_request_duration_seconds: histogram(
    'Calls to subgraphs, from when they were asked for until their answer was read; error_type is the code of the first error.',
    'subgraph_name',
    'error_type',
  ),
  sluice_subgraph_response_bytes_total: counter(
    'Bytes of answers of subgraphs, as they came.',
    'subgraph_name',
  ),
  sluice_joined_calls_total: counter('Calls that an equal one on its way answered.', 'subgraph_name'),
  sluice_replaced_calls_total: counter(
    'Calls that failed and something stood in for, for one who asked (upstream.fallback).',
    'subgraph_name',
  ),
  sluice_upstream_connections: gauge('Connections to a subgraph: busy, or free.', 'subgraph_name', 'state'),
  sluice_upstream_protocol_info: gauge(
    'Always 1: how a subgraph is spoken to, graphql, grpc or rest.',
    'subgraph_name',
    'protocol',
  ),
  sluice_upstream_waiting_calls: gauge('Calls that wait for a connection.', 'subgraph_name'),
  sluice_upstream_queued_calls: gauge('Calls that wait for their turn (concurrency).', 'subgraph_name'),
  sluice_upstream_calls_limit: gauge(
    'How many calls may be on their way; fewer while answers take longer than usual.',
    'subgraph_name',
  ),
  sluice_upstream_refused_calls_total: counter(
    'Calls that were not made: the breaker was open, or too many were on their way (overloaded).',
    'subgraph_name',
    'cause',
  ),
  sluice_upstream_retries_total: counter('Calls that were sent again.', 'subgraph_name'),
  sluice_upstream_breaker_open: gauge(
    '1 while the breaker lets through nothing but a try now and then.',
    'subgraph_name',
  ),
  sluice_upstream_breaker_openings_total: counter(
    'How often the breaker went from closed to open.',
    'subgraph_name',
  ),

  // What is kept of their answers
  sluice_cache_items_total: counter(
    'Entities, and fetches from the root: hit (from the cache, stale included), stale (after its time), miss, or passed (not looked up: it may not be kept, or not for who asks).',
    'subgraph_name',
    'outcome',
  ),
  sluice_cache_not_kept_total: counter('Answers that were not kept, by the reason.', 'reason'),
  sluice_cache_stored_total: counter('Answers that were kept, an entity or a fetch from the root each.'),
  sluice_cache_purges_total: counter('Purges asked of this gateway.'),
  sluice_cache_entries: gauge('Entries in the memory store.'),
  sluice_cache_bytes: gauge('What they take, about.'),
  sluice_cache_limit_bytes: gauge('What they may take (cache.maxBytes).'),
  sluice_cache_store_failures_total: counter('Calls to the Redis of the cache that failed or took too long.'),
  sluice_cache_audits_total: counter(
    'Public answers that were asked for again, with the headers of who asked: same, changed (whoever asks), different (it depends on who asks), failed.',
    'outcome',
  ),
  sluice_cache_barred_types: gauge('Types and root fields that an audit took out of the public cache.'),

  // What is served
  sluice_supergraph_version: gauge('The supergraph version that is served; 0 where it has none.'),
  sluice_supergraph_served_since_timestamp_seconds: gauge('Since when it is served.'),
  sluice_supergraph_info: gauge(
    'Always 1: the hash of the supergraph served, and where it was read.',
    'hash',
    'origin',
  ),
  sluice_ready: gauge('1 while requests can be answered, as /health/ready says.'),
  sluice_documents: gauge('Documents kept parsed and validated.'),
  sluice_compiled_operations: gauge('Operations kept planned and compiled.'),

  // Planning
  sluice_planning_waiting: gauge('Plans that wait for a thread.'),
  sluice_plans_total: counter(
    'Plans asked of the planning threads, by who made them: apollo, plain where that one stood in, or failed.',
    'by',
  ),

  // Usage and telemetry of its own
  sluice_usage_waiting_bytes: gauge('Usage that is not written to the store yet.'),
  sluice_usage_lost_total: counter(
    'Operations that are in no usage record: the store took nothing for too long.',
  ),
  sluice_spans_exported_total: counter('Spans that the collector took.'),
  sluice_spans_dropped_total: counter(
    'Spans that were given up: the collector took nothing, and too many waited.',
  ),
  sluice_spans_waiting: gauge('Spans that wait for the collector.'),

  // Billing
  sluice_billing_records_total: counter('Operations that are to be billed, put into the log of billing.'),
  sluice_billing_stored_records_total: counter(
    'Of those, and of what ended processes left, how many were added to the store.',
  ),
  sluice_billing_waiting_records: gauge(
    'Operations of this process that are to be billed and are not in the store yet.',
  ),
  sluice_billing_waiting_bytes: gauge(
    'The log of billing that is not in the store yet, on disk and in memory.',
  ),
  sluice_billing_oldest_waiting_seconds: gauge(
    'For how long the oldest of them has waited, within a second; 0 where none does.',
  ),
  sluice_billing_ship_failures_total: counter(
    'Times that the store did not take what was to be billed; it is tried again each second.',
  ),
  sluice_billing_lost_records_total: counter(
    'Operations that are not billed: too much waited (billing.log.max).',
  ),

  // The process
  sluice_build_info: gauge('Always 1: which Sluice on which Node this is.', 'version', 'node_version'),
  nodejs_eventloop_delay_p50_seconds: gauge(
    'How late the event loop was, half of the times, since the last reading.',
  ),
  nodejs_eventloop_delay_p99_seconds: gauge('The same, 99 of 100 times.'),
  nodejs_eventloop_delay_max_seconds: gauge('The same, at worst.'),
  nodejs_eventloop_utilization_ratio: gauge(
    'The part of the time since the last reading that the event loop was busy.',
  ),
  v8js_memory_heap_used_bytes: gauge('Heap in use.', 'v8js_heap_space_name'),
  v8js_memory_heap_limit_bytes: gauge('The most the heap may grow to.'),
  v8js_gc_duration_seconds: histogram('Garbage collections.', 'v8js_gc_type'),
  process_cpu_seconds_total: counter('CPU time, user and system.'),
  process_resident_memory_bytes: gauge('Memory the system gave it.'),
  process_start_time_seconds: gauge('When it started.'),
} as const satisfies Record<string, CatalogueEntry>;

export type MetricName = keyof typeof metricCatalogue;
