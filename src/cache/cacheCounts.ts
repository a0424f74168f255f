import type { CacheCount } from '../model/fetchCache.ts';

/** Reasons that are told apart; subgraphs may choose the words of some. */
const maxReasons = 200;
const otherReasons = '(other)';

/** Counts what the cache did, for metrics and the admin API. */
export class CacheCounts {
  stored = 0;
  purges = 0;
  readonly bySubgraph = new Map<string, CacheCount>();
  readonly reasons = new Map<string, number>();

  of(subgraph: string): CacheCount {
    const known = this.bySubgraph.get(subgraph);
    if (known) return known;
    const count = { hits: 0, stale: 0, misses: 0, passed: 0 };
    this.bySubgraph.set(subgraph, count);
    return count;
  }

  because(reason: string): void {
    const name = this.reasons.has(reason) || this.reasons.size < maxReasons ? reason : otherReasons;
    this.reasons.set(name, (this.reasons.get(name) ?? 0) + 1);
  }

  /** Of all subgraphs together. */
  total(): CacheCount {
    const total = { hits: 0, stale: 0, misses: 0, passed: 0 };
    for (const count of this.bySubgraph.values())
      for (const name of ['hits', 'stale', 'misses', 'passed'] as const) total[name] += count[name];
    return total;
  }
}
