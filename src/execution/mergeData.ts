import { type DataObject, isDataObject, ownValue, setOwnValue } from './ownValue.ts';
import type { TypeMatcher } from './typeMatcher.ts';

/**
 * Merges what a fetch brought into what is there. Objects that are new to `target` are taken over as they are, so targets of one
 * entity share them; that is sound because they stand at the same place of the plan, with the same selection.
 *
 * A subgraph of interface objects calls each by the interface; a type told by another one stays.
 */
export function mergeData(target: DataObject, source: DataObject, matches: TypeMatcher): void {
  for (const name of Object.keys(source)) {
    const incoming = source[name];
    const present = ownValue(target, name);
    if (present === undefined || present === null) setOwnValue(target, name, incoming);
    else if (isDataObject(present) && isDataObject(incoming)) mergeData(present, incoming, matches);
    else if (Array.isArray(present) && Array.isArray(incoming)) mergeLists(present, incoming, matches);
    else if (incoming !== null && incoming !== undefined && !isVaguer(name, { present, incoming, matches }))
      setOwnValue(target, name, incoming);
  }
}

/** Lists of different lengths cannot be merged item by item: the first one stays, and what only the second has is missing in it. */
function mergeLists(present: unknown[], incoming: readonly unknown[], matches: TypeMatcher): void {
  if (present === incoming || present.length !== incoming.length) return;
  for (const [index, item] of incoming.entries()) {
    const there = present[index];
    if (isDataObject(there) && isDataObject(item)) mergeData(there, item, matches);
    else if (Array.isArray(there) && Array.isArray(item)) mergeLists(there, item, matches);
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
