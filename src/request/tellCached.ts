import type { ToldDecision } from '../model/decision.ts';
import type { CacheFact } from '../model/fetchCache.ts';

/** What was answered from the cache, and why not more of it. */
export function tellCached(facts: readonly CacheFact[]): ToldDecision {
  const sum = (of: (fact: CacheFact) => number): number => facts.reduce((total, fact) => total + of(fact), 0);
  const [hits, misses, stale] = [
    sum(({ hits }) => hits),
    sum(({ misses }) => misses),
    sum((fact) => fact.stale),
  ];
  const outlived = stale > 0 ? `, ${stale} of them after their time` : '';
  return {
    text: `${hits} of ${hits + misses} answered from the cache${outlived}`,
    facts: { fetches: facts },
  };
}
