import { type DataObject, isDataObject, ownValue } from './ownValue.ts';

/** A place in the data: response names, and `@` for each item of a list. */
export type PlanPath = readonly (string | number)[];

/** Where an object stands in the data, by looking for it below a place; for errors only. */
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

/** Where a list stands in the data; for errors only. */
export function pathOfList(
  root: DataObject,
  wanted: readonly unknown[],
): readonly (string | number)[] | null {
  const seen = new Set<unknown>();
  function look(value: unknown): (string | number)[] | null {
    if (value === wanted) return [];
    if (typeof value !== 'object' || value === null || seen.has(value)) return null;
    seen.add(value);
    for (const [key, below] of Array.isArray(value) ? value.entries() : Object.entries(value)) {
      const found = look(below);
      if (found) return [key, ...found];
    }
    return null;
  }
  return look(root);
}
