import { LatencySketch } from '../analytics/analytics.ts';
import type { Outcome } from '../model/outcome.ts';
import type { CallFact } from '../model/subgraphCall.ts';
import type { SubgraphStats } from '../model/upstreamStats.ts';

/** A request as the live tail shows it. */
export interface LiveRequest {
  readonly at: string;
  readonly requestId: string;
  readonly operations: readonly string[];
  readonly client: string | null;
  readonly version: string | null;
  readonly consumer: string | null;
  readonly status: number;
  readonly ms: number;
  readonly codes: readonly string[];
  readonly subgraphs: readonly string[];
}

/** What was seen of a subgraph in a second, and how the way to it stands. */
export interface LiveSubgraph {
  readonly name: string;
  readonly calls: number;
  readonly errors: number;
  readonly p95Ms: number | null;
  readonly breaker: SubgraphStats['breaker'] | null;
  readonly inFlight: number;
}

/** What ended within a second. */
export interface LiveSecond {
  readonly at: string;
  readonly requests: number;
  readonly errors: number;
  readonly sheds: number;
  readonly operations: number;
  /** Of what was looked up in the cache, how much was there and how much was not. */
  readonly cacheHits: number;
  readonly cacheMisses: number;
  readonly cost: number;
  readonly p50Ms: number | null;
  readonly p95Ms: number | null;
  readonly p99Ms: number | null;
  readonly subgraphs: readonly LiveSubgraph[];
  /** The newest last; of more, `recentLeftOut` says how many are not here. */
  readonly recent: readonly LiveRequest[];
  readonly recentLeftOut: number;
}

/** Adds up one second. */
export interface SecondCount {
  add(outcome: Outcome, wallMs: number): void;
  told(wallMs: number, upstream: readonly SubgraphStats[]): LiveSecond;
}

/** Nobody reads more in a second. */
const maxRecent = 40;
/** Names are as long as a client likes. */
const maxName = 200;
const maxNames = 10;

interface CallCount {
  calls: number;
  errors: number;
  readonly latency: LatencySketch;
}

export function createSecondCount(): SecondCount {
  const sums = { requests: 0, errors: 0, sheds: 0, operations: 0, cacheHits: 0, cacheMisses: 0, cost: 0 };
  const latency = new LatencySketch();
  const calls = new Map<string, CallCount>();
  const recent: LiveRequest[] = [];

  function addCall({ subgraph, code, ms }: CallFact): void {
    const count = calls.get(subgraph) ?? { calls: 0, errors: 0, latency: new LatencySketch() };
    calls.set(subgraph, count);
    count.calls += 1;
    if (code !== null) count.errors += 1;
    count.latency.add(ms);
  }

  return {
    add(outcome, wallMs) {
      sums.requests += 1;
      if (outcome.codes.length > 0) sums.errors += 1;
      if (outcome.codes.includes('OVERLOADED')) sums.sheds += 1;
      latency.add(outcome.totalMs);
      for (const asked of outcome.asked) {
        sums.operations += 1;
        sums.cacheHits += asked.cacheHits ?? 0;
        sums.cacheMisses += asked.cacheMisses ?? 0;
        sums.cost += asked.cost.measured ?? asked.cost.estimated ?? 0;
        for (const fact of asked.calls) addCall(fact);
      }
      recent.push(shownRequest(outcome, wallMs));
      if (recent.length > maxRecent) recent.shift();
    },
    told: (wallMs, upstream) => ({
      at: new Date(wallMs).toISOString(),
      ...sums,
      ...quantilesOf(latency),
      subgraphs: subgraphsOf(calls, upstream),
      recent,
      recentLeftOut: sums.requests - recent.length,
    }),
  };
}

function quantilesOf(latency: LatencySketch) {
  const [p50Ms, p95Ms, p99Ms] = [latency.quantile(0.5), latency.quantile(0.95), latency.quantile(0.99)];
  return { p50Ms, p95Ms, p99Ms };
}

function subgraphsOf(
  calls: ReadonlyMap<string, CallCount>,
  upstream: readonly SubgraphStats[],
): readonly LiveSubgraph[] {
  const stats = new Map(upstream.map((each) => [each.subgraph, each]));
  return [...new Set([...stats.keys(), ...calls.keys()])].map((name) => {
    const count = calls.get(name);
    const known = stats.get(name);
    return {
      name,
      calls: count?.calls ?? 0,
      errors: count?.errors ?? 0,
      p95Ms: count?.latency.quantile(0.95) ?? null,
      breaker: known?.breaker ?? null,
      inFlight: known?.inFlight ?? 0,
    };
  });
}

function shownRequest(outcome: Outcome, wallMs: number): LiveRequest {
  const { arrival, session, asked, codes, response, totalMs } = outcome;
  const { name, version } = arrival.client;
  const subgraphs = new Set(asked.flatMap(({ calls }) => calls.map(({ subgraph }) => subgraph)));
  return {
    at: new Date(wallMs).toISOString(),
    requestId: cut(arrival.requestId),
    operations: outcome.operations
      .slice(0, maxNames)
      .map((each) => cut(each.name ?? each.document.hash.slice(0, 12))),
    client: name === null ? null : cut(name),
    version: version === null ? null : cut(version),
    consumer: session?.consumer ? cut(session.consumer) : null,
    status: response.status,
    ms: totalMs,
    codes: codes.slice(0, maxNames),
    subgraphs: [...subgraphs],
  };
}

function cut(name: string): string {
  return name.length > maxName ? `${name.slice(0, maxName)}…` : name;
}
