import { type DataObject, isDataObject, ownValue, setOwnValue } from './ownValue.ts';

/**
 * Merges what a fetch brought into what is there. Objects that are new to `target` are taken over as they are, so targets of one
 * entity share them; that is sound because they stand at the same place of the plan, with the same selection.
 */
export function mergeData(target: DataObject, source: DataObject): void {
  for (const name of Object.keys(source)) {
    const incoming = source[name];
    const present = ownValue(target, name);
    if (present === undefined || present === null) setOwnValue(target, name, incoming);
    else if (isDataObject(present) && isDataObject(incoming)) mergeData(present, incoming);
    else if (Array.isArray(present) && Array.isArray(incoming)) mergeLists(present, incoming);
    else if (incoming !== null && incoming !== undefined) setOwnValue(target, name, incoming);
  }
}

/** Lists of different lengths cannot be merged item by item: the first one stays, and what only the second has is missing in it. */
function mergeLists(present: unknown[], incoming: readonly unknown[]): void {
  if (present === incoming || present.length !== incoming.length) return;
  for (const [index, item] of incoming.entries()) {
    const there = present[index];
    if (isDataObject(there) && isDataObject(item)) mergeData(there, item);
    else if (Array.isArray(there) && Array.isArray(item)) mergeLists(there, item);
    else if (there === null || there === undefined || item !== null) present[index] = item;
  }
}
