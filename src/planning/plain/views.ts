import type { JoinedSubgraph, JoinedSupergraph } from '../joined/joinedSupergraph.ts';
import type { JoinedType } from '../joined/joinedType.ts';
import { meets } from '../wanted.ts';

/** How a subgraph knows an object: by its own type, or as an interface object; null when it does not. */
export function viewOf(
  { schema }: JoinedSupergraph,
  { types, interfaceObjects }: JoinedSubgraph,
  object: string,
): JoinedType | null {
  return types.get(object) ?? interfaceObjects.find(({ name }) => meets(schema, object, name)) ?? null;
}

/** The subgraphs that know an object, each by its own type or as an interface object. */
export function views(joined: JoinedSupergraph, object: string): ReadonlyMap<JoinedSubgraph, JoinedType> {
  const found = new Map<JoinedSubgraph, JoinedType>();
  for (const subgraph of joined.subgraphs.values()) {
    const view = viewOf(joined, subgraph, object);
    if (view) found.set(subgraph, view);
  }
  return found;
}
