import type { AskedFetch, FetchCache } from '../model/fetchCache.ts';
import type { SubgraphResult } from '../model/subgraphCall.ts';
import type { FetchRequest } from './fetchRequest.ts';
import type { Run } from './run.ts';

/** Answers a fetch from what is kept, and notes in the run how that went. */
export function askCache(
  run: Run,
  cache: FetchCache,
  { subgraph }: FetchRequest,
  asked: Pick<AskedFetch, 'items' | 'ask' | 'isSound'>,
): Promise<SubgraphResult> {
  const { caller, variables, cacheFacts } = run;
  if (cache.reason !== null) {
    const { reason, types } = cache;
    const misses = asked.items.length;
    cacheFacts?.push({ ...nothingKept, subgraph, types, misses, passed: misses, reason });
  }
  const answered = cache.answer({ caller, variables, note: (fact) => cacheFacts?.push(fact), ...asked });
  return answered.catch((failure: unknown) => {
    // Whatever stands in for it is not kept.
    const { types } = cache;
    const misses = asked.items.length;
    cacheFacts?.push({ ...nothingKept, subgraph, types, misses, reason: 'the subgraph failed' });
    throw failure;
  });
}

const nothingKept = {
  types: [],
  hits: 0,
  stale: 0,
  passed: 0,
  leftMs: 0,
  ageMs: 0,
  scope: 'PUBLIC',
  vary: [],
  ofResult: false,
  key: null,
} as const;
