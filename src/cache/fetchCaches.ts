import type { FetchCaches, Purge, Variables } from '../model/fetchCache.ts';
import type { CacheOptions } from './cacheOptions.ts';
import { LiveFetch } from './liveFetch.ts';
import { purgesAfter } from './purgesAfter.ts';
import { sessionText } from './sessionText.ts';
import { createSetFetches, type SetFetches, type SetFetchesParts } from './setFetches.ts';

export interface FetchCachesParts extends Omit<SetFetchesParts, 'owner'> {
  /** As it is set now. */
  options(): CacheOptions;
  purge(purge: Purge): Promise<void>;
}

/** What one supergraph's fetches are kept by, whatever the settings come to be. */
export function createFetchCaches(parts: FetchCachesParts): FetchCaches {
  const { options, purge, store, purges, audits, counts } = parts;
  const setParts: SetFetchesParts = { ...parts, owner: {} };
  let fetches: SetFetches = createSetFetches(options(), setParts);
  let changes = 0;
  const now = (): SetFetches => {
    if (fetches.options !== options()) {
      fetches = createSetFetches(options(), setParts);
      changes += 1;
    }
    return fetches;
  };
  return {
    isActive: () => now().isActive,
    of: (shape) => new LiveFetch(shape, now),
    state: () => (store.isInStep() ? `${now() && changes} ${purges.era} ${purges.latest}` : null),
    sessionOf: sessionText,
    drawAudit: () => audits.draw(),
    countHits(facts) {
      for (const { subgraph, hits } of facts) counts.of(subgraph).hits += hits;
    },
    afterMutation(shape) {
      if (shape.kind !== 'mutation') return null;
      let by: SetFetches | null = null;
      let throwAway: ((variables: Variables) => void) | null = null;
      return (variables) => {
        if (by !== now()) {
          by = now();
          throwAway = purgesAfter(by.options.invalidateOn, shape, purge);
        }
        throwAway?.(variables);
      };
    },
  };
}
