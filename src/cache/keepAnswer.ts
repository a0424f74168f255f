import type { FetchShape } from '../model/fetchCache.ts';
import type { Caller, SentHeaders, SubgraphResult } from '../model/subgraphCall.ts';
import { createEntry, type StaleBounds } from './createEntry.ts';
import type { Entry } from './entry.ts';
import type { FetchPolicy } from './fetchPolicy.ts';
import { fetchTags, type TagFormats } from './fetchTags.ts';
import { type FoundItems, valuesOf } from './foundItems.ts';
import { readKeeping } from './readKeeping.ts';

export interface KeepParts {
  readonly shape: FetchShape;
  readonly policy: FetchPolicy;
  readonly ignored: ReadonlySet<string>;
  readonly stale: StaleBounds;
  readonly tags: TagFormats;
  headersOf(subgraph: string, caller: Caller): SentHeaders;
}

interface Came {
  /** The places of the items it answers. */
  readonly at: readonly number[];
  readonly result: SubgraphResult;
  /** Wall milliseconds. */
  readonly atMs: number;
  /** The latest purge that was known before it was asked for. */
  readonly purge: number;
  readonly era: string;
}

/**
 * The entries that an answer makes, by their keys, and the reasons why it makes no more. Their texts are written here, before anybody merges
 * anything into what came.
 */
export function keepAnswer(found: FoundItems, came: Came, parts: KeepParts): ReadonlyMap<string, Entry> {
  const { shape, stale, tags: formats, headersOf, ignored, policy: fetch } = parts;
  const { at, result, ...when } = came;
  const { asked, sent, keyed } = found;
  const kept = new Map<string, Entry>();
  const values = valuesOf(shape, result, at.length);
  const fault = faultOf(found, came);
  if (fault !== null || !values) {
    found.notKept(fault ?? 'its answer is malformed');
    return kept;
  }
  // Rules that changed meanwhile have sent something else than the key says.
  const now = headersOf(shape.subgraph, asked.caller);
  if (now.identity !== sent.identity || now.back !== sent.back) {
    found.notKept('the header rules have changed');
    return kept;
  }
  for (const [index, place] of at.entries()) {
    const item = asked.items[place] ?? '';
    const { key, policy } = keyed[place] ?? {};
    if (!key || !policy) {
      found.notKept(whyNot(fetch, item));
      continue;
    }
    const keeping = readKeeping(result.keeping, { scope: policy.scope, sent, ignored });
    if (typeof keeping === 'string') {
      found.notKept(keeping);
      continue;
    }
    const tags = fetchTags(formats, { policy, item, variables: asked.variables });
    const entryParts = { subgraph: shape.subgraph, policy, keeping, stale, tags, ...when };
    const entry = createEntry(item, JSON.stringify(values[index]), entryParts);
    kept.set(key, entry);
    found.age(entry.freshMs - keeping.ageMs, keeping.ageMs);
  }
  return kept;
}

function faultOf({ asked }: FoundItems, { at, result }: Came): string | null {
  if (result.errors) return 'it has errors';
  return asked.isSound(result, at) ? null : 'its answer is malformed';
}

/** Why an item has no key. */
function whyNot({ byType }: FetchPolicy, item: string): string {
  const type = item === '' ? 'Query' : String((JSON.parse(item) as { __typename?: unknown }).__typename);
  const known = byType.get(type);
  if (!known) return `${type} is not known`;
  const unkeyed =
    known.scope === 'PRIVATE'
      ? 'private, and nobody in particular asks'
      : 'its audit found that it depends on who asks';
  return known.reason ?? unkeyed;
}
