import { type DataObject, isDataObject, ownValue, setOwnValue } from './ownValue.ts';
import type { TypeMatcher } from './typeMatcher.ts';

export interface MergeRules {
  readonly matches: TypeMatcher;
  /** Told of a list that is there already and came again with another length. */
  readonly onOtherLength: (present: readonly unknown[]) => void;
}

/**
 * Merges what a fetch brought into what is there. Objects that are new to `target` are taken over as they are, so targets of one
 * entity share them; that is sound because they stand at the same place of the plan, with the same selection.
 *
 * A subgraph of interface objects calls each by the interface; a type told by another one stays.
 */
export function mergeData(target: DataObject, source: DataObject, rules: MergeRules): void {
  for (const name of Object.keys(source)) mergeField(name, { target, source, rules });
}

type Merge = (target: DataObject, source: DataObject, rules: MergeRules) => void;

/** Merges what stands under one name, with `merge` for objects; nothing where the source has nothing under it. */
export function mergeField(
  name: string,
  { target, source, rules }: { target: DataObject; source: DataObject; rules: MergeRules },
  merge: Merge = mergeData,
): void {
  const incoming = ownValue(source, name);
  const present = ownValue(target, name);
  if (incoming === undefined) return;
  if (present === undefined || present === null) setOwnValue(target, name, incoming);
  else if (isDataObject(present) && isDataObject(incoming)) merge(present, incoming, rules);
  else if (Array.isArray(present) && Array.isArray(incoming)) mergeLists(present, incoming, { rules, merge });
  else if (incoming !== null && !isVaguer(name, { present, incoming, matches: rules.matches }))
    setOwnValue(target, name, incoming);
}

/** Lists of different lengths cannot be merged item by item: the first one stays, and the difference is told. */
function mergeLists(
  present: unknown[],
  incoming: readonly unknown[],
  { rules, merge }: { rules: MergeRules; merge: Merge },
): void {
  if (present === incoming) return;
  if (present.length !== incoming.length) {
    rules.onOtherLength(present);
    return;
  }
  for (const [index, item] of incoming.entries()) {
    const there = present[index];
    if (isDataObject(there) && isDataObject(item)) merge(there, item, rules);
    else if (Array.isArray(there) && Array.isArray(item)) mergeLists(there, item, { rules, merge });
    else if (there === null || there === undefined || item !== null) present[index] = item;
  }
}

function isVaguer(
  name: string,
  { present, incoming, matches }: { present: unknown; incoming: unknown; matches: TypeMatcher },
): boolean {
  return (
    name === '__typename' &&
    present !== incoming &&
    typeof present === 'string' &&
    typeof incoming === 'string' &&
    matches(present, incoming)
  );
}
