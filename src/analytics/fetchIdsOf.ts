import { Kind, type OperationDefinitionNode, type SelectionSetNode } from 'graphql';
import { sha256 } from '../base/sha256.ts';

const idLength = 12;

/**
 * The ids of what a call to a subgraph fetches: of the fields and types it asks for, whatever their arguments, aliases and order. So the plan of
 * an operation's recorded text, which has no literals, has the fetches of what clients sent. Several where entity fetches went as one call.
 */
export function fetchIdsOf({ selectionSet }: OperationDefinitionNode): readonly string[] {
  const { selections } = selectionSet;
  const isOfEntities = selections.every(
    (selection) => selection.kind === Kind.FIELD && selection.name.value === '_entities',
  );
  if (!isOfEntities) return [idOf([selectionSet])];
  return selections.map((selection) => idOf('selectionSet' in selection ? [selection.selectionSet] : []));
}

function idOf(asked: readonly (SelectionSetNode | undefined)[]): string {
  const paths = new Set<string>();
  for (const selectionSet of asked) if (selectionSet) addPaths(selectionSet, '', paths);
  return sha256([...paths].sort().join('\n')).slice(0, idLength);
}

function addPaths({ selections }: SelectionSetNode, above: string, paths: Set<string>): void {
  for (const selection of selections) {
    if (selection.kind === Kind.FRAGMENT_SPREAD) paths.add(`${above}...${selection.name.value}`);
    else if (selection.kind === Kind.INLINE_FRAGMENT) {
      const { typeCondition } = selection;
      const on = typeCondition ? `${above}on ${typeCondition.name.value}.` : above;
      addPaths(selection.selectionSet, on, paths);
    } else if (selection.selectionSet)
      addPaths(selection.selectionSet, `${above}${selection.name.value}.`, paths);
    // It is asked where it is needed to tell types apart, which plans of one operation may do differently.
    else if (selection.name.value !== '__typename') paths.add(`${above}${selection.name.value}`);
  }
}
