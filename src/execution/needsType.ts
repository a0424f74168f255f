import { type GraphQLInterfaceType, Kind, type SelectionSetNode } from 'graphql';
import { type CollectContext, isIncluded } from './collectFields.ts';

/**
 * Whether what is selected of an interface depends on the type an object really has. Where it does not, none is fetched, and an
 * interface object may stay what its subgraph takes it for: an object of the interface itself.
 */
export function needsType(
  { fragments, conditions }: Pick<CollectContext, 'fragments' | 'conditions'>,
  type: GraphQLInterfaceType,
  selectionSets: readonly SelectionSetNode[],
): boolean {
  const seen = new Set<SelectionSetNode>();
  const pending = [...selectionSets];
  for (let set = pending.pop(); set; set = pending.pop()) {
    if (seen.has(set)) continue;
    seen.add(set);
    for (const selection of set.selections) {
      if (!isIncluded(selection.directives, conditions)) continue;
      if (selection.kind === Kind.FIELD) {
        if (selection.name.value === '__typename') return true;
        continue;
      }
      const fragment =
        selection.kind === Kind.FRAGMENT_SPREAD ? fragments.get(selection.name.value) : selection;
      const condition = fragment?.typeCondition?.name.value ?? type.name;
      if (condition !== type.name) return true;
      if (fragment) pending.push(fragment.selectionSet);
    }
  }
  return false;
}
