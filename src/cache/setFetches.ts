import type { GraphQLSchema } from 'graphql';
import type { FetchCache, FetchShape } from '../model/fetchCache.ts';
import type { CacheControl, SchemaRules } from '../model/schemaRules.ts';
import { CachedFetch, type CachedFetchParts } from './cachedFetch.ts';
import type { CacheOptions } from './cacheOptions.ts';
import { declaration } from './declaration.ts';
import { fetchPolicy } from './fetchPolicy.ts';
import type { WalkRules } from './typeWalk.ts';

type Shared = 'headersOf' | 'store' | 'purges' | 'owner' | 'counts' | 'audits' | 'clock' | 'random' | 'ended';

export interface SetFetchesParts extends Pick<CachedFetchParts, Shared> {
  readonly schema: GraphQLSchema;
  readonly rules: SchemaRules;
}

/** The fetches of one supergraph by one set of settings. */
export interface SetFetches {
  readonly options: CacheOptions;
  /** Whether anything may be kept. */
  readonly isActive: boolean;
  of(shape: FetchShape): FetchCache;
}

export function createSetFetches(options: CacheOptions, parts: SetFetchesParts): SetFetches {
  const { schema, rules, ...shared } = parts;
  const rulesOf = (subgraph: string): WalkRules => walkRules(subgraph, { options, schema, rules });
  return {
    options,
    isActive: isAnythingKept(options, rules),
    of(shape) {
      const { subgraph } = shape;
      const counts = { count: shared.counts.of(subgraph), counts: shared.counts };
      if (shape.kind !== 'query') return passing({ reason: 'not a query', types: [] }, null);
      const policy = fetchPolicy(shape, rulesOf(subgraph));
      const reasons = [...policy.byType.values()].map(({ reason }) => reason);
      const types = [...policy.byType.keys()];
      if (!reasons.includes(null)) {
        const reason = [...new Set(reasons)].join('; ') || 'it asks for nothing that is known';
        return passing({ reason, types }, counts);
      }
      const ignored = options.subgraphs[subgraph]?.ignoreHeaders ?? [];
      return new CachedFetch({
        ...shared,
        ...counts,
        shape,
        policy,
        ignored: new Set(ignored),
        stale: staleBounds(options, subgraph),
        tags: rules.cacheTags.get(subgraph) ?? new Map(),
        declared: (name) => `${declaration(name, rulesOf(subgraph))} ${ignored.join()}`,
      });
    },
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
function passing(
  { reason, types }: { readonly reason: string; readonly types: readonly string[] },
  counted: Pick<CachedFetchParts, 'count' | 'counts'> | null,
): FetchCache {
  return {
    reason,
    types,
    answer({ ask, items }) {
      if (counted) {
        counted.count.passed += items.length;
        counted.counts.because(reason);
      }
      return ask(items);
    },
  };
}
