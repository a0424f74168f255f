/**
 * Cache: what subgraphs answered, kept for those who ask the same: entities one by one, and fetches from the root. It stands between the
 * engine and the upstream, once for each fetch of a plan.
 *
 *     const fetch = cache.forSupergraph({ supergraph, schema, rules })?.of(shape);
 *     const result = await fetch.answer({ caller, items: ['{"__typename":"Country","code":"CH"}'], ... });
 *
 * Only what a subgraph allows with `@cacheControl`, or the settings do, is kept; its response may forbid it (readKeeping). The key holds
 * everything that the subgraph gets (itemKeys), so who is answered from here would have been answered the same there; what is private is
 * kept under the session besides. Mutations, and what is read behind them, pass by. Nothing is looked for when something is thrown away:
 * entries know what they are made of, and purges are compared with them (purges). In this process an answer is kept as it came, in a piece,
 * until something of it is asked for again (memoryStore).
 */
import type { GraphQLSchema } from 'graphql';
import type { Clock } from '../base/clock.ts';
import type { Random } from '../base/random.ts';
import type { CacheStats, FetchCaches, Purge } from '../model/fetchCache.ts';
import type { Log } from '../model/log.ts';
import type { SchemaRules } from '../model/schemaRules.ts';
import type { Caller, SentHeaders } from '../model/subgraphCall.ts';
import { Audits } from './audits.ts';
import { CacheCounts } from './cacheCounts.ts';
import type { CacheOptions } from './cacheOptions.ts';
import { createFetchCaches } from './fetchCaches.ts';
import { createMemoryStore } from './memoryStore.ts';
import { Purges } from './purges.ts';
import type { RedisStoreParts, SharedStore } from './redisStore.ts';

export { type CacheOptions, cacheOptions } from './cacheOptions.ts';

export interface CacheParts {
  headersOf(subgraph: string, caller: Caller): SentHeaders;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
}

/** What a supergraph says of its fields. */
export interface CachedSupergraph {
  readonly schema: GraphQLSchema;
  readonly rules: SchemaRules;
}

export interface Cache {
  /** Null where nothing may ever be kept. */
  forSupergraph(supergraph: CachedSupergraph): FetchCaches | null;
  /** Throws away what fits; resolves when this gateway uses none of it any more. */
  purge(purge: Purge): Promise<void>;
  stats(): CacheStats;
  /** New settings for what is asked from now on; where it is kept, and how much, stays as it was at the start. */
  reconfigure(options: CacheOptions): void;
  close(): Promise<void>;
}

export async function createCache(options: CacheOptions, parts: CacheParts): Promise<Cache> {
  const counts = new CacheCounts();
  const purges = new Purges();
  let current = options;
  const { enabled, store: where, timeout: timeoutMs, maxBytes } = options;
  const shared =
    where === 'memory' || !enabled ? null : await openShared({ url: where, timeoutMs, purges, ...parts });
  const store = shared ?? createMemoryStore({ maxBytes, clock: parts.clock });
  const ended = new AbortController();
  const purge = async (what: Purge): Promise<void> => {
    counts.purges += 1;
    if (shared) await shared.purge(what);
    else purges.add({ number: purges.latest + 1, purge: what });
  };
  const { random, log } = parts;
  const audits = new Audits({ share: () => current.audit, random, log, purge });
  return {
    forSupergraph: (supergraph) =>
      enabled
        ? createFetchCaches({
            options: () => current,
            ...parts,
            ...supergraph,
            counts,
            audits,
            purges,
            store,
            purge,
            ended: ended.signal,
          })
        : null,
    purge(what) {
      audits.forgive(what);
      return purge(what);
    },
    stats() {
      const { stored, purges: purged, reasons, bySubgraph } = counts;
      const storeFailures = store.failures();
      return {
        ...counts.total(),
        bySubgraph,
        stored,
        purges: purged,
        reasons,
        audits: audits.counts,
        barred: audits.barred,
        storeFailures,
        ...store.size(),
      };
    },
    reconfigure(next) {
      current = next;
    },
    async close() {
      ended.abort(new Error('The gateway stops'));
      await store.close();
    },
  };
}

/** What it is made of is a fifth of all modules, for those who have a Redis. */
async function openShared(parts: RedisStoreParts): Promise<SharedStore> {
  const { createRedisStore } = await import('./redisStore.ts');
  return createRedisStore(parts);
}
