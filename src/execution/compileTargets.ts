import { type DataObject, isInheritedName } from './ownValue.ts';
import type { PlanPath } from './planPath.ts';

/** Hands over each object at a place of the data; where `isShared`, one that stands there several times only once. */
export type ForEachTarget = (root: DataObject, isShared: boolean, take: (target: DataObject) => void) => void;

/**
 * Compiles a place into loops. Whether objects stand in several places at once is known only when data has come; as long as none does,
 * nobody looks for them.
 */
export function compileTargets(path: PlanPath): ForEachTarget {
  const opening: string[] = [];
  let value = 'root';
  for (const [level, key] of path.entries()) {
    const [next, seen] = [`v${level}`, `seen${level}`];
    opening.push(...(key === '@' ? itemLines(value, next) : memberLines(value, next, String(key))));
    opening.push(`if (isObject(${next}) && (!isShared || isNew(${seen}, ${next}))) {`);
    value = next;
  }
  const code = `'use strict'; return function (root, isShared, take) {
    ${path.map((_, level) => `const seen${level} = isShared ? new Set() : null;`).join('\n')}
    ${opening.join('\n')}
    if (!Array.isArray(${value})) take(${value});
    ${'}}'.repeat(path.length)}
  };`;
  return new Function('isObject', 'isNew', code)(isObject, isNew) as ForEachTarget;
}

function itemLines(list: string, item: string): string[] {
  return [
    `if (Array.isArray(${list})) for (let i = 0, l = ${list}; i < l.length; i++) { const ${item} = l[i];`,
  ];
}

function memberLines(object: string, member: string, name: string): string[] {
  const key = JSON.stringify(name);
  const isOwn = isInheritedName(name) ? ` && Object.hasOwn(${object}, ${key})` : '';
  return [`if (!Array.isArray(${object})${isOwn}) { const ${member} = ${object}[${key}];`];
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null;
}

function isNew(seen: Set<unknown>, value: unknown): boolean {
  if (seen.has(value)) return false;
  seen.add(value);
  return true;
}
