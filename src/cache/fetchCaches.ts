import type { GraphQLSchema } from 'graphql';
import type { FetchCache, FetchCaches, Purge } from '../model/fetchCache.ts';
import type { CacheControl, SchemaRules } from '../model/schemaRules.ts';
import { CachedFetch, type CachedFetchParts, type Flights } from './cachedFetch.ts';
import type { CacheOptions } from './cacheOptions.ts';
import { declaration } from './declaration.ts';
import { fetchPolicy } from './fetchPolicy.ts';
import { purgesAfter } from './purgesAfter.ts';
import type { WalkRules } from './typeWalk.ts';

type Shared = 'headersOf' | 'store' | 'purges' | 'counts' | 'audits' | 'clock' | 'random' | 'ended';

export interface FetchCachesParts extends Pick<CachedFetchParts, Shared> {
  readonly schema: GraphQLSchema;
  readonly rules: SchemaRules;
  purge(purge: Purge): Promise<void>;
}

/** What one supergraph's fetches are kept by; null where nothing of it may be kept. */
export function createFetchCaches(options: CacheOptions, parts: FetchCachesParts): FetchCaches | null {
  const { schema, rules, purge, ...shared } = parts;
  if (!options.enabled || !isAnythingKept(options, rules)) return null;
  // Of this supergraph: what is asked for by one published before is not waited for.
  const flights: Flights = new Map();
  const rulesOf = (subgraph: string): WalkRules => walkRules(subgraph, { options, schema, rules });
  return {
    of(shape) {
      const { subgraph } = shape;
      const counts = { count: shared.counts.of(subgraph), counts: shared.counts };
      if (shape.kind !== 'query') return passing('not a query', null);
      const policy = fetchPolicy(shape, rulesOf(subgraph));
      const reasons = [...policy.byType.values()].map(({ reason }) => reason);
      if (!reasons.includes(null))
        return passing(reasons.join('; ') || 'it asks for nothing that is known', counts);
      const ignored = options.subgraphs[subgraph]?.ignoreHeaders ?? [];
      return new CachedFetch({
        ...shared,
        ...counts,
        shape,
        policy,
        flights,
        ignored: new Set(ignored),
        stale: staleBounds(options, subgraph),
        tags: rules.cacheTags.get(subgraph) ?? new Map(),
        declared: (name) => `${declaration(name, rulesOf(subgraph))} ${ignored.join()}`,
      });
    },
    state: () => (shared.store.isInStep() ? `${shared.purges.era} ${shared.purges.latest}` : null),
    drawAudit: () => shared.audits.draw(),
    countHits(facts) {
      for (const { subgraph, hits } of facts) shared.counts.of(subgraph).hits += hits;
    },
    afterMutation: (shape) => purgesAfter(options.invalidateOn, shape, purge),
  };
}

function isAnythingKept({ maxAge, subgraphs }: CacheOptions, { cacheControl }: SchemaRules): boolean {
  const isSet = Object.values(subgraphs).some(
    (own) => own.maxAge !== undefined || Object.values(own.types).some((type) => type.maxAge !== undefined),
  );
  return cacheControl.size > 0 || maxAge !== undefined || isSet;
}

function walkRules(
  subgraph: string,
  { options, schema, rules }: { options: CacheOptions; schema: GraphQLSchema; rules: SchemaRules },
): WalkRules {
  const own = options.subgraphs[subgraph];
  const said = new Map<string, CacheControl>();
  for (const [name, { maxAge, scope }] of Object.entries(own?.types ?? {}))
    said.set(name, { maxAgeSeconds: secondsOf(maxAge), scope: scope ?? null, inheritMaxAge: false });
  for (const [coordinate, control] of rules.cacheControl.get(subgraph) ?? []) said.set(coordinate, control);
  return {
    schema,
    said,
    defaultSeconds: secondsOf(own?.maxAge ?? options.maxAge),
    defaultScope: own?.scope ?? 'PUBLIC',
    protection: rules,
  };
}

function secondsOf(ms: number | undefined): number | null {
  return ms === undefined ? null : ms / 1000;
}

function staleBounds(options: CacheOptions, subgraph: string) {
  const own = options.subgraphs[subgraph];
  const maxStaleMs = own?.maxStale ?? options.maxStale;
  return {
    maxStaleMs,
    staleIfErrorMs: own?.staleIfError ?? options.staleIfError ?? maxStaleMs,
    staleWhileRevalidateMs: own?.staleWhileRevalidate ?? options.staleWhileRevalidate,
  };
}

/** A fetch of which nothing is kept; those that could be are counted. */
function passing(reason: string, counted: Pick<CachedFetchParts, 'count' | 'counts'> | null): FetchCache {
  return {
    reason,
    answer({ ask, items }) {
      if (counted) {
        counted.count.passed += items.length;
        counted.counts.because(reason);
      }
      return ask(items);
    },
  };
}
