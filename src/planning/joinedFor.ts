import type { DocumentNode } from 'graphql';
import { type JoinedSupergraph, joinedSupergraph } from './joined/joinedSupergraph.ts';

/** Reads a supergraph once for each set of labels of `@override` that hold; null where it cannot be read. */
export function createJoinedFor(
  supergraph: DocumentNode,
): (overrides: ReadonlyMap<string, boolean>) => JoinedSupergraph | null {
  const known = new Map<string, JoinedSupergraph | null>();
  return (overrides) => {
    const holding = [...overrides.keys()].filter((label) => overrides.get(label)).sort();
    const key = holding.join('\n');
    const there = known.get(key);
    if (there !== undefined) return there;
    const read = joinedSupergraph(supergraph, (label) => holding.includes(label));
    // There are as many sets as requests are sampled into; the last one is enough for those that come together.
    known.clear();
    known.set(key, read);
    return read;
  };
}
