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
  const whole = facts.length > 0 && facts.every(({ ofResult }) => ofResult) ? ', as one whole result' : '';
  const reasons = facts.flatMap(({ subgraph, reason }) => (reason === null ? [] : `${subgraph}: ${reason}`));
  const why = reasons.length > 0 ? `; not kept: ${[...new Set(reasons)].join(', ')}` : '';
  return {
    text: `${hits} of ${hits + misses} answered from the cache${outlived}${whole}${why}`,
    facts: { fetches: facts.map(toldFetch) },
  };
}

/** What is told of a fetch: how it was answered, why not from the cache, and what its keys are made of; no value of a variable or header. */
export function toldFetch({ key, ageMs, leftMs, ...fact }: CacheFact): Readonly<Record<string, unknown>> {
  return {
    answered: answeredBy(fact),
    ...fact,
    ageMs: Math.round(ageMs),
    leftMs: Math.round(leftMs),
    key: key?.() ?? null,
  };
}

function answeredBy({
  hits,
  misses,
  passed,
  stale,
}: Pick<CacheFact, 'hits' | 'misses' | 'passed' | 'stale'>) {
  if (hits > 0 && misses > 0) return 'partly';
  if (hits > 0) return stale > 0 ? 'stale' : 'hit';
  return passed === misses ? 'passed' : 'miss';
}
