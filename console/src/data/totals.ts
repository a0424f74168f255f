export interface Totals {
  readonly calls: number;
  readonly errors: number;
  readonly refused: number;
  readonly failed: number;
  readonly gone: number;
  readonly bytes: number;
  readonly cacheHits: number;
  /** Of these, answered after their time. */
  readonly cacheStale: number;
  readonly cacheMisses: number;
  readonly retries: number;
  /** Calls that failed and something stood in for. */
  readonly replaced: number;
  readonly subgraphCalls: number;
  readonly costMeasured: number;
  readonly costEstimated: number;
  readonly p50Ms: number | null;
  readonly p95Ms: number | null;
  readonly p99Ms: number | null;
}

export const totalsFields =
  'calls errors refused failed gone bytes cacheHits cacheStale cacheMisses retries replaced subgraphCalls costMeasured costEstimated p50Ms p95Ms p99Ms';

export interface Point {
  readonly at: string;
  readonly totals: Totals;
}

export interface Series {
  readonly stepSeconds: number;
  readonly points: readonly Point[];
  readonly latencies: readonly LatencyCount[];
}

export interface LatencyCount {
  readonly fromMs: number;
  readonly untilMs: number | null;
  readonly calls: number;
}

export const seriesFields = `stepSeconds points { at totals { ${totalsFields} } } latencies { fromMs untilMs calls }`;

export interface Named {
  readonly name: string | null;
  readonly version?: string | null;
  readonly now: Totals;
  readonly before: Totals;
}

export const namedFields = `name now { ${totalsFields} } before { ${totalsFields} }`;

/** A chart's values: a point a step, also where nothing was asked. */
export function evenly(
  { stepSeconds, points }: Series,
  seconds: number,
  read: (totals: Totals) => number | null,
): { readonly times: number[]; readonly values: (number | null)[] } {
  const last = Math.floor(Date.now() / 1000 / stepSeconds) * stepSeconds;
  const first = Math.floor((last - seconds) / stepSeconds) * stepSeconds;
  const known = new Map(points.map(({ at, totals }) => [Math.round(Date.parse(at) / 1000), totals]));
  const times: number[] = [];
  const values: (number | null)[] = [];
  for (let time = first; time <= last; time += stepSeconds) {
    const totals = known.get(time);
    times.push(time);
    values.push(totals ? read(totals) : read(noTotals));
  }
  return { times, values };
}

const noTotals: Totals = {
  calls: 0,
  errors: 0,
  refused: 0,
  failed: 0,
  gone: 0,
  bytes: 0,
  cacheHits: 0,
  cacheStale: 0,
  cacheMisses: 0,
  retries: 0,
  replaced: 0,
  subgraphCalls: 0,
  costMeasured: 0,
  costEstimated: 0,
  p50Ms: null,
  p95Ms: null,
  p99Ms: null,
};
