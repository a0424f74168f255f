import { type DocumentNode, type FragmentDefinitionNode, Kind, type SelectionSetNode } from 'graphql';
import { SluiceError } from '../base/errors.ts';

/**
 * The fragments of a document, each after those it spreads, so that what is counted of one is counted once. Refuses fragments that
 * spread themselves, directly or around a corner. In linear time and without recursion (Kahn's algorithm).
 */
export function orderFragments(document: DocumentNode): ReadonlyMap<string, FragmentDefinitionNode> {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const definition of document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition);
  }
  const spreads = new Map<string, Set<string>>();
  const spreadBy = new Map<string, number>();
  for (const [name, fragment] of fragments) {
    const targets = new Set(spreadNames(fragment.selectionSet).filter((target) => fragments.has(target)));
    spreads.set(name, targets);
    for (const target of targets) spreadBy.set(target, (spreadBy.get(target) ?? 0) + 1);
  }
  const free = [...fragments.keys()].filter((name) => !spreadBy.has(name));
  const spreadersFirst: string[] = [];
  for (let name = free.pop(); name !== undefined; name = free.pop()) {
    spreadersFirst.push(name);
    for (const target of spreads.get(name) ?? []) {
      const left = (spreadBy.get(target) ?? 0) - 1;
      spreadBy.set(target, left);
      if (left === 0) free.push(target);
    }
  }
  if (spreadersFirst.length < fragments.size) refuseCycle(spreadBy);
  return new Map(
    spreadersFirst.reverse().map((name) => [name, fragments.get(name) as FragmentDefinitionNode]),
  );
}

function refuseCycle(spreadBy: ReadonlyMap<string, number>): never {
  const cyclic = [...spreadBy].find(([, left]) => left > 0)?.[0];
  throw new SluiceError('GRAPHQL_VALIDATION_FAILED', `Cannot spread fragment "${cyclic}" within itself.`);
}

function spreadNames(root: SelectionSetNode): string[] {
  const names: string[] = [];
  const pending = [root];
  for (let set = pending.pop(); set !== undefined; set = pending.pop()) {
    for (const selection of set.selections) {
      if (selection.kind === Kind.FRAGMENT_SPREAD) names.push(selection.name.value);
      else if (selection.selectionSet) pending.push(selection.selectionSet);
    }
  }
  return names;
}
