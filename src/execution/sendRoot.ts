import type { FetchCaches } from '../model/fetchCache.ts';
import type { SubgraphResult } from '../model/subgraphCall.ts';
import { askCache } from './askCache.ts';
import type { FetchRequest } from './fetchRequest.ts';
import { isDataObject } from './ownValue.ts';
import type { Run } from './run.ts';
import { sendRequest } from './sendRequest.ts';

/** Sends a fetch from the root, past what is kept of its answers. What a mutation changes is told to the cache. */
export function sendRoot(
  request: FetchRequest & { readonly isRewritten: boolean },
  caches: FetchCaches | null,
): (run: Run) => Promise<SubgraphResult> {
  const shape = { ...request, hasRepresentations: false };
  const cache = caches?.of(shape) ?? null;
  const afterMutation = caches?.afterMutation(shape) ?? null;
  if (afterMutation) {
    return async (run) => {
      try {
        return await sendRequest(run, request, []);
      } finally {
        // Also when it failed: it may have been carried out.
        afterMutation(run.variables);
      }
    };
  }
  if (!cache) return (run) => sendRequest(run, request, []);
  return (run) =>
    run.cacheFacts
      ? askCache(run, cache, request, {
          items: [''],
          ask: (_items, caller) => sendRequest(caller ? { ...run, caller } : run, request, []),
          isSound: ({ data }) => isDataObject(data),
        })
      : sendRequest(run, request, []);
}
