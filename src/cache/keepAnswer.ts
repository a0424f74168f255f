import type { FetchShape, Variables } from '../model/fetchCache.ts';
import type { Caller, SentHeaders, SubgraphResult } from '../model/subgraphCall.ts';
import type { EntryHead, EntryValue } from './entry.ts';
import { entryHead, type StaleBounds } from './entryHead.ts';
import { entryValue, lengthOf } from './entryValue.ts';
import type { FetchPolicy, TypePolicy } from './fetchPolicy.ts';
import { fetchTags, type TagFormats } from './fetchTags.ts';
import { type FoundItems, valuesOf } from './foundItems.ts';
import type { KeyGroup } from './itemKeys.ts';
import type { AskedPiece } from './piecesOf.ts';
import { readKeeping } from './readKeeping.ts';

export interface KeepParts {
  readonly shape: FetchShape;
  readonly policy: FetchPolicy;
  readonly ignored: ReadonlySet<string>;
  readonly stale: StaleBounds;
  readonly tags: TagFormats;
  headersOf(subgraph: string, caller: Caller): SentHeaders;
}

export interface Came {
  /** The places of the items it answers. */
  readonly at: readonly number[];
  readonly pieces: readonly AskedPiece[];
  /** It was asked for in the background. */
  readonly isAside: boolean;
  readonly result: SubgraphResult;
  /** Wall milliseconds. */
  readonly atMs: number;
  /** The latest purge that was known before it was asked for. */
  readonly purge: number;
  readonly era: string;
}

/** Fills those pieces that may be kept of what came for them, and takes down why others are not. Done before anybody changes what came. */
export function keepAnswer(found: FoundItems, came: Came, parts: KeepParts): void {
  const { shape, tags } = parts;
  const { at, result } = came;
  const { asked } = found;
  const values = valuesOf(shape, result, at.length);
  const fault = faultOf(found, came, parts);
  if (fault !== null || !values) {
    found.notKept(fault ?? 'its answer is malformed');
    return;
  }
  for (const place of found.passed > 0 ? at : []) {
    if (!found.groups[place]) found.notKept(whyNot(parts.policy, asked.items[place] ?? ''));
  }
  for (const { piece, indices } of came.pieces) {
    const head = headOf(found, came, { parts, policy: piece.group.policy });
    if (typeof head === 'string') found.notKept(head);
    else
      piece.fill({
        head,
        tagsOf: tagsBy(tags, piece.group, asked.variables),
        ...contentOf(result, { shape, values, indices }),
      });
  }
}

const noTags: readonly string[] = [];

/** Only fetches from the root name variables in their tags: those are written at once, so that no variables are held with an answer. */
function tagsBy(
  formats: TagFormats,
  { policy }: KeyGroup,
  variables: Variables,
): (item: string) => readonly string[] {
  if (formats.size === 0) return () => noTags;
  if (policy.rootFields.length === 0)
    return (item) => fetchTags(formats, { policy, item, variables: noVariables });
  const tags = fetchTags(formats, { policy, item: '', variables });
  return () => tags;
}

const noVariables: Variables = {};

interface Content {
  readonly bytes: number;
  values(): readonly EntryValue[];
}

/** The text it came as, to be read when it is asked for; where there is none, what was read, as it is kept. */
function contentOf(
  { source }: SubgraphResult,
  {
    shape,
    values,
    indices,
  }: { shape: FetchShape; values: readonly unknown[]; indices: readonly number[] | null },
): Content {
  const count = values.length;
  const keptOf = (all: readonly unknown[]): readonly EntryValue[] =>
    indices
      ? indices.map((index) => entryValue(all[index], shape))
      : all.map((value) => entryValue(value, shape));
  if (source)
    return { bytes: source.heldBytes, values: () => keptOf(valuesOf(shape, source.read(), count) ?? []) };
  const kept = keptOf(values);
  return { bytes: kept.reduce((sum, value) => sum + 2 * lengthOf(value), 0), values: () => kept };
}

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

function faultOf(
  { asked, sent }: FoundItems,
  { at, result, isAside }: Came,
  parts: KeepParts,
): string | null {
  const { shape, headersOf } = parts;
  if (result.errors) return 'it has errors';
  // Rules that changed meanwhile have sent something else than the key says.
  const now = headersOf(shape.subgraph, asked.caller);
  if (now.identity !== sent.identity || now.back !== sent.back) return 'the header rules have changed';
  return asked.isSound(result, at, isAside) ? null : 'its answer is malformed';
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
