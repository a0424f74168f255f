import type { AskedFetch, FetchCache, FetchCaches } from '../model/fetchCache.ts';
import type { SubgraphResult } from '../model/subgraphCall.ts';
import type { FetchRequest } from './fetchRequest.ts';
import { type SendEntities, sendAlone } from './fetchTogether.ts';
import { isMisordered } from './isMisordered.ts';
import { type DataObject, isDataObject } from './ownValue.ts';
import type { Run } from './run.ts';
import { sendRequest } from './sendRequest.ts';

/** Sends a fetch from the root, past what is kept of its answers. What a mutation changes is told to the cache. */
export function sendRoot(
  request: FetchRequest,
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

interface EntityFetch {
  readonly request: FetchRequest;
  readonly sendEntities: SendEntities;
  /** The representations, and the objects that each stands for. */
  readonly texts: readonly string[];
  readonly groups: readonly (readonly DataObject[])[];
  readonly keyNames: readonly string[];
}

/** Sends those of the representations of which nothing is kept. */
export function cachedEntities(run: Run, cache: FetchCache, fetch: EntityFetch): Promise<SubgraphResult> {
  const { request, sendEntities, texts, groups, keyNames } = fetch;
  return askCache(run, cache, request, {
    items: texts,
    ask: (items, caller) => {
      const representations = `[${items.join(',')}]`;
      return caller
        ? sendAlone({ ...run, caller }, request, representations)
        : sendEntities(run, request, representations);
    },
    isSound({ data }, at) {
      const entities = isDataObject(data) ? data._entities : null;
      if (!Array.isArray(entities) || entities.length !== at.length) return false;
      const targets = at.map((index) => groups[index]?.[0] ?? {});
      return (
        entities.every((entity) => entity === null || isDataObject(entity)) &&
        !isMisordered(entities, { targets, keyNames })
      );
    },
  });
}

function askCache(
  run: Run,
  cache: FetchCache,
  { subgraph }: FetchRequest,
  asked: Pick<AskedFetch, 'items' | 'ask' | 'isSound'>,
): Promise<SubgraphResult> {
  const { caller, variables, cacheFacts } = run;
  if (cache.reason !== null) {
    const { reason } = cache;
    const misses = asked.items.length;
    cacheFacts?.push({ ...nothingKept, subgraph, misses, reason });
  }
  return cache.answer({ caller, variables, note: (fact) => cacheFacts?.push(fact), ...asked });
}

const nothingKept = { types: [], hits: 0, stale: 0, leftMs: 0, ageMs: 0, scope: 'PUBLIC', vary: [] } as const;
