import type { FetchShape } from '../model/fetchCache.ts';
import type { Caller, SentHeaders, SubgraphResult } from '../model/subgraphCall.ts';
import type { EntryHead, KeyedEntry } from './entry.ts';
import { entryHead, type StaleBounds } from './entryHead.ts';
import { entryValue } from './entryValue.ts';
import type { FetchPolicy, TypePolicy } from './fetchPolicy.ts';
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
 * The entries that an answer makes, and the reasons why it makes no more. Their values are read here, before anybody merges anything into
 * what came.
 */
export function keepAnswer(found: FoundItems, came: Came, parts: KeepParts): readonly KeyedEntry[] {
  const { shape, tags: formats, headersOf, policy: fetch } = parts;
  const { at, result } = came;
  const { asked, sent, keyed } = found;
  const values = valuesOf(shape, result, at.length);
  const fault = faultOf(found, came);
  if (fault !== null || !values) {
    found.notKept(fault ?? 'its answer is malformed');
    return [];
  }
  // Rules that changed meanwhile have sent something else than the key says.
  const now = headersOf(shape.subgraph, asked.caller);
  if (now.identity !== sent.identity || now.back !== sent.back) {
    found.notKept('the header rules have changed');
    return [];
  }
  const kept: KeyedEntry[] = [];
  // One for each type: what is said of the response holds for all of its items.
  let headFor: TypePolicy | null = null;
  let head: EntryHead | string = '';
  for (let index = 0; index < at.length; index += 1) {
    const place = at[index] ?? 0;
    const item = asked.items[place] ?? '';
    const each = keyed[place];
    if (!each) {
      found.notKept(whyNot(fetch, item));
      continue;
    }
    const { key, policy } = each;
    if (policy !== headFor) {
      headFor = policy;
      head = headOf(found, came, { parts, policy });
    }
    if (typeof head === 'string') {
      found.notKept(head);
      continue;
    }
    const tags =
      formats.size === 0 ? noTags : fetchTags(formats, { policy, item, variables: asked.variables });
    kept.push({ key, entry: { head, value: entryValue(values[index], shape), item, tags } });
  }
  return kept;
}

const noTags: readonly string[] = [];

/** The reason where what came may not be kept. */
function headOf(
  found: FoundItems,
  { result, atMs, purge, era }: Came,
  { parts, policy }: { readonly parts: KeepParts; readonly policy: TypePolicy },
): EntryHead | string {
  const { shape, ignored, stale } = parts;
  const keeping = readKeeping(result.keeping, { scope: policy.scope, sent: found.sent, ignored });
  if (typeof keeping === 'string') return keeping;
  const head = entryHead({ subgraph: shape.subgraph, policy, keeping, stale, atMs, purge, era });
  found.age(head.freshMs - keeping.ageMs, keeping.ageMs);
  return head;
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
