import { Kind, type SelectionSetNode } from 'graphql';
import { type CollectContext, isIncluded } from './collectFields.ts';

type Path = readonly (string | number)[];

/** One error is told at no more places than this. */
const maxPaths = 100;

/**
 * The places in the client's result that a place in the data stands for: several where aliases share what was fetched. What the
 * client did not ask for, and a plan needed, is told at the object it belongs to.
 */
export function clientPaths(
  path: Path,
  operation: Omit<CollectContext, 'schema'> & { readonly selectionSet: SelectionSetNode },
): readonly Path[] {
  const { fragments, dataNames, conditions } = operation;

  function fieldsNamed(dataName: string, sets: readonly SelectionSetNode[]): Map<string, SelectionSetNode[]> {
    const found = new Map<string, SelectionSetNode[]>();
    const seen = new Set<SelectionSetNode>();
    function look(set: SelectionSetNode): void {
      if (seen.has(set)) return;
      seen.add(set);
      for (const selection of set.selections) {
        if (!isIncluded(selection.directives, conditions)) continue;
        if (selection.kind === Kind.FIELD) {
          if (dataNames.get(selection) !== dataName) continue;
          const responseName = (selection.alias ?? selection.name).value;
          const below = found.get(responseName) ?? [];
          if (selection.selectionSet) below.push(selection.selectionSet);
          found.set(responseName, below);
        } else {
          const fragment =
            selection.kind === Kind.FRAGMENT_SPREAD ? fragments.get(selection.name.value) : selection;
          if (fragment) look(fragment.selectionSet);
        }
      }
    }
    for (const set of sets) look(set);
    return found;
  }

  let level: { readonly path: Path; readonly sets: readonly SelectionSetNode[] }[] = [
    { path: [], sets: [operation.selectionSet] },
  ];
  for (const step of path) {
    const next = level.flatMap((place) =>
      typeof step === 'number'
        ? [{ path: [...place.path, step], sets: place.sets }]
        : [...fieldsNamed(step, place.sets)].map(([name, sets]) => ({ path: [...place.path, name], sets })),
    );
    if (next.length === 0) break;
    level = next.slice(0, maxPaths);
  }
  return level.map((place) => place.path);
}
