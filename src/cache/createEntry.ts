import type { Entry } from './entry.ts';
import type { TypePolicy } from './fetchPolicy.ts';
import type { Keeping } from './readKeeping.ts';

/** How long answers of a subgraph may be used after their time, by the settings; milliseconds. */
export interface StaleBounds {
  readonly maxStaleMs: number;
  readonly staleIfErrorMs: number;
  readonly staleWhileRevalidateMs: number;
}

/** What an entry is made of besides its text. */
export interface EntryParts {
  readonly subgraph: string;
  readonly policy: TypePolicy;
  readonly keeping: Keeping;
  readonly stale: StaleBounds;
  readonly tags: readonly string[];
  /** Wall milliseconds when it came. */
  readonly atMs: number;
  readonly purge: number;
  readonly era: string;
}

/** The strictest of what the schema, the response and the settings say. */
export function createEntry(item: string, text: string, parts: EntryParts): Entry {
  const { subgraph, policy, keeping, stale, tags, atMs, purge, era } = parts;
  const bound = (said: number | null, set: number): number => Math.min(said ?? set, set, stale.maxStaleMs);
  return {
    text,
    subgraph,
    types: [policy.type, ...policy.types.filter((type) => type !== policy.type)],
    item,
    tags,
    back: keeping.back,
    madeAtMs: atMs - keeping.ageMs,
    freshMs: Math.min(policy.maxAgeMs + keeping.ageMs, keeping.maxAgeMs ?? Number.POSITIVE_INFINITY),
    staleWhileMs: bound(keeping.staleWhileRevalidateMs, stale.staleWhileRevalidateMs),
    staleErrorMs: bound(keeping.staleIfErrorMs, stale.staleIfErrorMs),
    purge,
    era,
  };
}
