import type { CacheFact, FetchKey, FetchShape } from '../model/fetchCache.ts';
import type { SentHeaders } from '../model/subgraphCall.ts';
import type { FetchPolicy } from './fetchPolicy.ts';
import type { FoundItems } from './foundItems.ts';

interface Told {
  readonly shape: FetchShape;
  readonly policy: FetchPolicy;
  readonly ignored: ReadonlySet<string>;
}

/** What is told of a fetch that was answered, or failed. */
export function tellFetch(found: FoundItems, told: Told): CacheFact {
  const { shape, policy } = told;
  const { misses, stale, groups, reasons, leftMs, ageMs, sent, asked } = found;
  const isPrivate = [...policy.byType.values()].some(({ scope }) => scope === 'PRIVATE');
  return {
    subgraph: shape.subgraph,
    types: [...policy.byType.keys()],
    hits: groups.length - misses,
    stale,
    misses,
    passed: found.passed,
    reason: reasons.size === 0 ? null : [...reasons].join('; '),
    leftMs: Number.isFinite(leftMs) ? leftMs : 0,
    ageMs,
    scope: isPrivate ? 'PRIVATE' : 'PUBLIC',
    vary: sent.fromClient,
    ofResult: false,
    key: keyOf(told, { sent, isPrivate, item: asked.items[0] ?? '' }),
  };
}

/** By itself, so that nothing of the answer is kept alive with it. */
function keyOf(
  { shape, policy, ignored }: Told,
  { sent, isPrivate, item }: { sent: SentHeaders; isPrivate: boolean; item: string },
): () => FetchKey {
  return () => {
    const headers = Object.keys(sent.fields).toSorted();
    return {
      selection: policy.shown,
      variables: shape.used,
      headers,
      ignored: isPrivate ? [] : headers.filter((name) => ignored.has(name)),
      representation: item === '' ? [] : Object.keys(JSON.parse(item) as object),
      session: isPrivate,
    };
  };
}
