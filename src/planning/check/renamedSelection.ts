import type { FetchDataRewrite } from '@apollo/query-planner';
import { Kind, type SelectionNode, type SelectionSetNode } from 'graphql';
import { responseName } from '../askedOperation.ts';

/** A selection under the names that its answer gets in the data. */
export function renamedSelection(
  set: SelectionSetNode,
  rewrites: readonly FetchDataRewrite[],
): SelectionSetNode {
  return rewrites.reduce(
    (renamed, rewrite) =>
      rewrite.kind === 'KeyRenamer'
        ? rename(
            renamed,
            rewrite.path.filter((step) => !step.startsWith('... on ')),
            rewrite.renameKeyTo,
          )
        : renamed,
    set,
  );
}

function rename(set: SelectionSetNode, path: readonly string[], to: string): SelectionSetNode {
  const [name, ...rest] = path;
  const selections = set.selections.map((selection): SelectionNode => {
    if (selection.kind === Kind.FRAGMENT_SPREAD) return selection;
    if (selection.kind === Kind.INLINE_FRAGMENT)
      return { ...selection, selectionSet: rename(selection.selectionSet, path, to) };
    if (responseName(selection) !== name) return selection;
    if (rest.length === 0) return { ...selection, alias: { kind: Kind.NAME, value: to } };
    return selection.selectionSet
      ? { ...selection, selectionSet: rename(selection.selectionSet, rest, to) }
      : selection;
  });
  return { ...set, selections };
}
