import { type DocumentNode, type FragmentDefinitionNode, Kind, type SelectionSetNode } from 'graphql';
import { SluiceError } from '../base/errors.ts';
import { orderFragments } from './orderFragments.ts';

/**
 * graphql-js compares fields that merge into one response name pair by pair (OverlappingFieldsCanBeMerged), also through inline
 * fragments: 3,000 copies of a field, or 200 fragments of 100 fields, hold the event loop for seconds to minutes (CVE-2023-26144 and
 * its kin). This walk merges selections the way execution does, by response name, and stops when either bound is passed; with both
 * kept, that rule compares at most `maxExpandedFields × maxCopies / 2` pairs.
 */
const maxCopies = 100;
/** Fields after spreading all fragments; a fragment that spreads itself twice per level doubles them each level. */
const maxExpandedFields = 50_000;

export function checkRepeatedFields(document: DocumentNode): void {
  const fragments = orderFragments(document);
  const budget = { left: maxExpandedFields };
  for (const definition of document.definitions) {
    if ('selectionSet' in definition) walkMerged([definition.selectionSet], fragments, budget);
  }
}

/** Walks the selection sets that merge into one object of the result, level by level and without recursion. */
function walkMerged(
  root: SelectionSetNode[],
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
  budget: { left: number },
): void {
  const waiting: SelectionSetNode[][] = [root];
  for (let sets = waiting.pop(); sets !== undefined; sets = waiting.pop()) {
    for (const merged of mergeByResponseName(sets, fragments, budget).values()) {
      if (merged.length > 0) waiting.push(merged);
    }
  }
}

/** Response name → the selection sets below its copies. */
function mergeByResponseName(
  sets: readonly SelectionSetNode[],
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
  budget: { left: number },
): Map<string, SelectionSetNode[]> {
  const copies = new Map<string, number>();
  const below = new Map<string, SelectionSetNode[]>();
  const spread = new Set<string>();
  const pending = [...sets];
  for (let set = pending.pop(); set !== undefined; set = pending.pop()) {
    for (const selection of set.selections) {
      budget.left -= 1;
      if (budget.left < 0) refuseExpansion();
      if (selection.kind === Kind.INLINE_FRAGMENT) {
        pending.push(selection.selectionSet);
      } else if (selection.kind === Kind.FRAGMENT_SPREAD) {
        const fragment = fragments.get(selection.name.value);
        // Within one object a fragment counts once: executing it twice changes nothing.
        if (!fragment || spread.has(selection.name.value)) continue;
        spread.add(selection.name.value);
        pending.push(fragment.selectionSet);
      } else {
        const name = (selection.alias ?? selection.name).value;
        const count = (copies.get(name) ?? 0) + 1;
        if (count > maxCopies) refuseCopies(name);
        copies.set(name, count);
        const children = below.get(name) ?? [];
        if (selection.selectionSet) children.push(selection.selectionSet);
        below.set(name, children);
      }
    }
  }
  return below;
}

function refuseCopies(name: string): never {
  throw new SluiceError(
    'GRAPHQL_VALIDATION_FAILED',
    `"${name}" is selected more than ${maxCopies} times in one place, the most that is allowed.`,
  );
}

function refuseExpansion(): never {
  throw new SluiceError(
    'RECURSION_LIMIT_EXCEEDED',
    `The document selects more than ${maxExpandedFields} fields once its fragments are spread, the most that is allowed.`,
  );
}
