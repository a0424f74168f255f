import type { FetchCache } from '../model/fetchCache.ts';
import type { SubgraphResult } from '../model/subgraphCall.ts';
import { askCache } from './askCache.ts';
import type { FetchRequest } from './fetchRequest.ts';
import { type SendEntities, sendAlone } from './fetchTogether.ts';
import { isMisordered } from './isMisordered.ts';
import { type DataObject, isDataObject } from './ownValue.ts';
import type { Run } from './run.ts';

interface EntityFetch {
  readonly request: FetchRequest;
  readonly sendEntities: SendEntities;
  /** The representations, and the objects that each stands for. */
  readonly texts: readonly string[];
  readonly groups: readonly (readonly DataObject[])[];
  readonly keyNames: readonly string[];
  /** Told how many answers came for this fetch that nobody has checked. */
  readonly checks: EntityChecks;
}

/** What is kept was checked when it came, and what came to be kept is checked before: once is enough. */
export interface EntityChecks {
  unchecked: number;
}

/** Sends those of the representations of which nothing is kept. */
export function cachedEntities(run: Run, cache: FetchCache, fetch: EntityFetch): Promise<SubgraphResult> {
  const { request, sendEntities, texts, groups, keyNames, checks } = fetch;
  return askCache(run, cache, request, {
    items: texts,
    ask: (items, caller) => {
      const representations = `[${items.join(',')}]`;
      if (caller) return sendAlone({ ...run, caller }, request, representations);
      checks.unchecked += 1;
      return sendEntities(run, request, representations);
    },
    isSound({ data }, at, isAside) {
      const entities = isDataObject(data) ? data._entities : null;
      if (!Array.isArray(entities) || entities.length !== at.length) return false;
      const targets = at.map((index) => groups[index]?.[0] ?? {});
      const isSound =
        entities.every((entity) => entity === null || isDataObject(entity)) &&
        !isMisordered(entities, { targets, keyNames });
      if (isSound && !isAside) checks.unchecked -= 1;
      return isSound;
    },
  });
}
