import type { EntryHead } from './entry.ts';
import type { TypePolicy } from './fetchPolicy.ts';
import type { Keeping } from './readKeeping.ts';

/** How long answers of a subgraph may be used after their time, by the settings; milliseconds. */
export interface StaleBounds {
  readonly maxStaleMs: number;
  readonly staleIfErrorMs: number;
  readonly staleWhileRevalidateMs: number;
}

/** What the entries of one response are made of besides their values. */
export interface EntryHeadParts {
  readonly subgraph: string;
  readonly policy: TypePolicy;
  readonly keeping: Keeping;
  readonly stale: StaleBounds;
  /** Wall milliseconds when it came. */
  readonly atMs: number;
  readonly purge: number;
  readonly era: string;
}

/** The strictest of what the schema, the response and the settings say. */
export function entryHead(parts: EntryHeadParts): EntryHead {
  const { subgraph, policy, keeping, stale, atMs, purge, era } = parts;
  const bound = (said: number | null, set: number): number => Math.min(said ?? set, set, stale.maxStaleMs);
  return {
    subgraph,
    types: [policy.type, ...policy.types.filter((type) => type !== policy.type)],
    back: keeping.back,
    madeAtMs: atMs - keeping.ageMs,
    freshMs: Math.min(policy.maxAgeMs + keeping.ageMs, keeping.maxAgeMs ?? Number.POSITIVE_INFINITY),
    staleWhileMs: bound(keeping.staleWhileRevalidateMs, stale.staleWhileRevalidateMs),
    staleErrorMs: bound(keeping.staleIfErrorMs, stale.staleIfErrorMs),
    purge,
    era,
  };
}
