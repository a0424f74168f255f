import type { SettingsPath } from './settingsPath.ts';
import { alternativeFor, childShape, type Shape } from './shape.ts';
import { emptyMap, isMap, type WrittenMap, type WrittenValue } from './written.ts';

/**
 * What was written, completed by the defaults as a person would write them (`10s`, not 10000): the file that says the same as the
 * settings in force without leaving anything open.
 */
export function effectiveInput(written: WrittenValue, shape: Shape): WrittenValue {
  const own = alternativeFor(shape, written);
  if (Array.isArray(written)) {
    return written.map((item, index) => {
      const inner = childShape(own, index);
      return inner ? effectiveInput(item, inner) : item;
    });
  }
  return isMap(written) ? completeMap(written, own) : written;
}

function completeMap(written: WrittenMap, shape: Shape): WrittenMap {
  const complete = emptyMap();
  const known = Object.keys(shape.properties ?? {});
  for (const key of new Set([...known, ...Object.keys(written)])) {
    const inner = childShape(shape, key);
    const value = Object.hasOwn(written, key) ? written[key] : (inner?.default as WrittenValue | undefined);
    if (value !== undefined) complete[key] = inner ? effectiveInput(value, inner) : value;
  }
  return complete;
}

/** Every value that is neither a map nor a list with something in it, in order. */
export function leavesOf(
  value: WrittenValue,
  path: SettingsPath = [],
): readonly (readonly [SettingsPath, WrittenValue])[] {
  if (Array.isArray(value) && value.length > 0)
    return value.flatMap((item, index) => leavesOf(item, [...path, index]));
  if (isMap(value) && Object.keys(value).length > 0) {
    return Object.entries(value).flatMap(([key, inner]) => leavesOf(inner, [...path, key]));
  }
  return [[path, value]];
}
