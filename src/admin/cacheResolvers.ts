import { SluiceError } from '../base/errors.ts';
import type { CacheStats, Purge } from '../model/fetchCache.ts';

export interface CacheResolverParts {
  readonly cache: { purge(purge: Purge): Promise<void>; stats(): CacheStats };
}

interface AskedPurge {
  readonly subgraph?: string | null;
  readonly type?: string | null;
  readonly key?: string | null;
  readonly tag?: string | null;
}

/** The root fields about what is kept. */
export function createCacheResolvers({ cache }: CacheResolverParts) {
  return {
    cache() {
      const { reasons, bySubgraph, ...stats } = cache.stats();
      return {
        ...stats,
        bySubgraph: [...bySubgraph].map(([subgraph, count]) => ({ subgraph, ...count })),
        reasons: [...reasons].map(([reason, count]) => ({ reason, count })),
      };
    },

    async purgeCache({ subgraph, type, key, tag }: AskedPurge) {
      if (key && !type) throw new SluiceError('BAD_USER_INPUT', 'A key goes with the type it is the key of.');
      if ([subgraph, type, tag].every((given) => given === null || given === undefined || given === ''))
        throw new SluiceError('BAD_USER_INPUT', 'Say what to throw away: a subgraph, a type or a tag.');
      if (tag && type)
        throw new SluiceError('BAD_USER_INPUT', 'A tag goes with a subgraph, and not with a type.');
      await cache.purge({
        subgraph: subgraph || undefined,
        type: type || undefined,
        key: key ? keyOf(key) : undefined,
        tag: tag || undefined,
      });
      return { done: true };
    },
  };
}

function keyOf(text: string): Readonly<Record<string, unknown>> {
  let key: unknown;
  try {
    key = JSON.parse(text);
  } catch (cause) {
    throw notAKey(cause);
  }
  if (typeof key !== 'object' || key === null || Array.isArray(key) || Object.keys(key).length === 0)
    throw notAKey(undefined);
  return key as Readonly<Record<string, unknown>>;
}

function notAKey(cause: unknown): SluiceError {
  const message = 'The key is not a JSON object of key fields, such as {"code":"CH"}.';
  return new SluiceError('BAD_USER_INPUT', message, { cause });
}
