import { Kind, type SelectionSetNode } from 'graphql';
import type { JoinedSubgraph } from './joinedSupergraph.ts';

/** What sets of provided fields say of a field: what they provide below it; null when it is not in them. */
export function providedBelow(
  provided: readonly SelectionSetNode[],
  {
    object,
    name,
    subgraph,
  }: { readonly object: string; readonly name: string; readonly subgraph: JoinedSubgraph },
): readonly SelectionSetNode[] | null {
  const below: SelectionSetNode[] = [];
  let isProvided = false;
  function look({ selections }: SelectionSetNode): void {
    for (const selection of selections) {
      if (selection.kind === Kind.FIELD) {
        if (selection.name.value !== name) continue;
        isProvided = true;
        if (selection.selectionSet) below.push(selection.selectionSet);
      } else if (selection.kind === Kind.INLINE_FRAGMENT) {
        const condition = selection.typeCondition?.name.value ?? object;
        if (condition === object || subgraph.types.get(condition)?.objects.includes(object))
          look(selection.selectionSet);
      }
    }
  }
  for (const set of provided) look(set);
  return isProvided ? below : null;
}
