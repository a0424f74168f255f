import type { LatencySketch } from './latencySketch.ts';
import { type Measure, measures, type Sums } from './measures.ts';

/** Sums, and how long it took; null where nothing was measured. In ms. */
export interface Totals extends Sums {
  readonly meanMs: number | null;
  readonly p50Ms: number | null;
  readonly p95Ms: number | null;
  readonly p99Ms: number | null;
}

export function totalsOf(sums: readonly number[], latency: LatencySketch | null): Totals {
  const named = Object.fromEntries(measures.map((measure, index) => [measure, sums[index] ?? 0]));
  const { calls = 0, ms = 0 } = named as Record<Measure, number>;
  return {
    ...(named as Record<Measure, number>),
    meanMs: calls > 0 ? ms / calls : null,
    p50Ms: latency?.quantile(0.5) ?? null,
    p95Ms: latency?.quantile(0.95) ?? null,
    p99Ms: latency?.quantile(0.99) ?? null,
  };
}
