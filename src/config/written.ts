import { pathText, type SettingsPath } from './settingsPath.ts';

/** Plain data as it stands in the file; maps have no prototype. */
export type WrittenValue = null | boolean | number | string | WrittenValue[] | WrittenMap;
export interface WrittenMap {
  [key: string]: WrittenValue;
}

/** Where a value came from. */
export interface Place {
  /** The file as the operator named it, or `PORT (environment)`. */
  readonly file: string;
  readonly line: number | null;
  readonly column: number | null;
  /** Where its key stands; the same as the value's own place in a list. */
  readonly keyLine: number | null;
  readonly keyColumn: number | null;
  /** References it was made of, such as `${PORT}`. */
  readonly references: readonly string[];
  /** It holds what a `${file:...}` read. */
  readonly secret: boolean;
  /** When a reference was typed as a number, boolean or null: the text before that. */
  readonly text: string | null;
}

/** What the operator wrote, file and environment together, with the place of every value by path. */
export interface Written {
  readonly root: WrittenMap;
  readonly places: Map<string, Place>;
  /** Paths whose value could not be made out; their fault is told already. */
  readonly broken: Set<string>;
}

export function isMap(value: unknown): value is WrittenMap {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function emptyMap(): WrittenMap {
  return Object.create(null) as WrittenMap;
}

/** The value at a path; undefined when nothing was written there. */
export function valueAt(root: WrittenValue, path: SettingsPath): WrittenValue | undefined {
  let value: WrittenValue | undefined = root;
  for (const step of path) {
    if (Array.isArray(value) && typeof step === 'number') value = value[step];
    else if (isMap(value) && Object.hasOwn(value, step)) value = value[step];
    else return undefined;
  }
  return value;
}

/** Puts a value where one was written already. */
export function replaceAt(root: WrittenMap, path: SettingsPath, value: WrittenValue): void {
  const parent = valueAt(root, path.slice(0, -1));
  const step = path.at(-1);
  if (Array.isArray(parent) && typeof step === 'number') parent[step] = value;
  else if (isMap(parent) && step !== undefined) parent[step] = value;
}

/** The place of a value, or of what would hold it when nothing was written there. */
export function nearestPlace(places: ReadonlyMap<string, Place>, path: SettingsPath): Place | undefined {
  for (let length = path.length; length >= 0; length--) {
    const place = places.get(pathText(path.slice(0, length)));
    if (place) return place;
  }
  return undefined;
}
