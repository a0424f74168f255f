import { type DataObject, isDataObject, ownValue } from './ownValue.ts';

/** A place in the result: response names, and `@` for each item of a list. */
export type PlanPath = readonly (string | number)[];

/** The objects at a place of the merged data, each once: entities of one fetch are shared by all who name them. */
export function targetsAt(root: DataObject, path: PlanPath): readonly DataObject[] {
  let level: readonly unknown[] = [root];
  for (const key of path) level = key === '@' ? itemsOf(level) : valuesOf(level, String(key));
  return level.filter(isDataObject);
}

function itemsOf(lists: readonly unknown[]): readonly unknown[] {
  const items = new Set<unknown>();
  for (const list of lists) {
    if (!Array.isArray(list)) continue;
    for (const item of list) items.add(item);
  }
  return [...items];
}

function valuesOf(objects: readonly unknown[], name: string): readonly unknown[] {
  const values: unknown[] = [];
  for (const object of objects) {
    if (!isDataObject(object)) continue;
    const value = ownValue(object, name);
    if (value !== undefined && value !== null) values.push(value);
  }
  return objects.length > 1 ? [...new Set(values)] : values;
}

/** Where an object stands in the result as the client sees it, by looking for it; for errors only. */
export function pathOf(
  root: DataObject,
  path: PlanPath,
  wanted: DataObject,
): readonly (string | number)[] | null {
  function look(value: unknown, rest: PlanPath): (string | number)[] | null {
    const [key, ...below] = rest;
    if (key === undefined) return value === wanted ? [] : null;
    if (key !== '@') {
      const found = isDataObject(value) ? look(ownValue(value, String(key)), below) : null;
      return found && [key, ...found];
    }
    for (const [index, item] of Array.isArray(value) ? value.entries() : []) {
      const found = look(item, below);
      if (found) return [index, ...found];
    }
    return null;
  }
  return look(root, path);
}

/** The part of a place that is certain without looking: up to the first list. */
export function certainPath(path: PlanPath): readonly (string | number)[] {
  const listAt = path.indexOf('@');
  return listAt === -1 ? path : path.slice(0, listAt);
}
