import {
  type Alias,
  type Document,
  isAlias,
  isScalar,
  isSeq,
  isMap as isYamlMap,
  type LineCounter,
  type Node,
  type Scalar,
  type YAMLMap,
  type YAMLSeq,
} from 'yaml';
import { ConfigError, type ConfigFault } from './configError.ts';
import { coreScalar } from './coreScalar.ts';
import { type ExpandOptions, expandText } from './expandText.ts';
import { parseYaml } from './parseYaml.ts';
import { pathText, type SettingsPath } from './settingsPath.ts';
import { emptyMap, isMap, type Place, type Written, type WrittenMap, type WrittenValue } from './written.ts';

/** Far more than anybody writes, and few enough that no file makes reading slow. */
const maxAliases = 100;
const maxValues = 100_000;
const maxDepth = 64;

const coreTags = new Set(
  ['str', 'int', 'float', 'bool', 'null', 'map', 'seq'].map((name) => `tag:yaml.org,2002:${name}`),
);

export interface ReadYamlOptions extends ExpandOptions {
  /** The file as the operator named it, for faults. */
  readonly file: string;
}

/** What is read, and what is wrong with single values of it. */
export interface ReadYaml extends Written {
  readonly faults: ConfigFault[];
}

interface Walk extends ReadYaml {
  readonly options: ReadYamlOptions;
  readonly document: Document;
  readonly lines: LineCounter;
  aliasesLeft: number;
  valuesLeft: number;
}

/** A spot in the file, as an offset. */
interface Spot {
  readonly keyOffset: number;
  readonly offset: number;
}

/**
 * Reads YAML 1.2 with its core schema: references are put in, aliases followed, and every value knows its place.
 * Throws a ConfigError when the text is no YAML at all; what is wrong with single values comes back in `faults`.
 */
export function readYaml(text: string, options: ReadYamlOptions): ReadYaml {
  const { document, lines } = parseYaml(text, options.file);
  const read: ReadYaml = { root: emptyMap(), places: new Map(), broken: new Set(), faults: [] };
  const walk: Walk = { ...read, options, document, lines, aliasesLeft: maxAliases, valuesLeft: maxValues };
  if (document.contents === null) return read;
  const root = readNode(walk, document.contents, [], {
    keyOffset: 0,
    offset: document.contents.range?.[0] ?? 0,
  });
  if (isMap(root)) return { ...read, root };
  if (!walk.faults.length && root !== null) {
    addFault(
      walk,
      [],
      `found ${Array.isArray(root) ? 'a list' : 'a single value'}; allowed: a map of sections`,
    );
  }
  return read;
}

function readNode(walk: Walk, node: Node | null, path: SettingsPath, spot: Spot): WrittenValue {
  if (isAlias(node)) return readAlias(walk, node, path, spot);
  const empty = isScalar(node) && node.source === ''; // What is not there has no place of its own.
  notePlace(walk, path, { ...spot, offset: (empty ? null : node?.range?.[0]) ?? spot.offset });
  if (path.length > maxDepth)
    throw tooMuch(walk, path, `found deeper nesting; allowed: at most ${maxDepth} levels`);
  if (--walk.valuesLeft < 0) throw tooMuch(walk, path, `found more values; allowed: at most ${maxValues}`);
  if (node?.tag && !coreTags.has(node.tag))
    return breakOff(walk, path, `found the tag ${node.tag}; allowed: plain YAML values`);
  if (isYamlMap(node)) return readMap(walk, node, path);
  if (isSeq(node)) return readList(walk, node, path);
  return isScalar(node) ? readScalar(walk, node, path) : null;
}

function readAlias(walk: Walk, alias: Alias, path: SettingsPath, spot: Spot): WrittenValue {
  const target = alias.resolve(walk.document);
  if (target && --walk.aliasesLeft >= 0) return readNode(walk, target, path, spot);
  notePlace(walk, path, { ...spot, offset: alias.range?.[0] ?? spot.offset });
  if (target)
    throw tooMuch(
      walk,
      path,
      `found more aliases; allowed: at most ${maxAliases}, those inside aliases counted too`,
    );
  return breakOff(walk, path, 'found an alias; allowed: one whose anchor stands before it');
}

function readMap(walk: Walk, map: YAMLMap, path: SettingsPath): WrittenMap {
  const read = emptyMap();
  for (const { key, value } of map.items) {
    const name = isScalar(key) ? String(key.value) : String(key);
    const keyOffset = (isScalar(key) ? key.range?.[0] : undefined) ?? map.range?.[0] ?? 0;
    const keyPath = [...path, name];
    const spot = { keyOffset, offset: keyOffset };
    if (name === '__proto__') {
      addFault(walk, keyPath, 'found the key __proto__; allowed: any other name', spot);
    } else if (Object.hasOwn(read, name)) {
      addFault(walk, keyPath, `found the key ${name} a second time; allowed: once`, spot);
    } else {
      read[name] = readNode(walk, value as Node | null, keyPath, spot);
    }
  }
  return read;
}

function readList(walk: Walk, list: YAMLSeq, path: SettingsPath): WrittenValue[] {
  return list.items.map((item, index) => {
    const offset = (item as Node | null)?.range?.[0] ?? list.range?.[0] ?? 0;
    return readNode(walk, item as Node | null, [...path, index], { keyOffset: offset, offset });
  });
}

function readScalar(walk: Walk, scalar: Scalar, path: SettingsPath): WrittenValue {
  const { value } = scalar;
  if (typeof value !== 'string' || !value.includes('$')) return value as WrittenValue;
  const expanded = expandText(value, walk.options);
  if (expanded.faults.length > 0) {
    walk.broken.add(pathText(path));
    for (const fault of expanded.faults) addFault(walk, path, fault);
    return null;
  }
  // One reference and nothing else is typed as if its text stood in the file, unless a !!str says that it is text.
  const typed = expanded.whole && !scalar.tag ? coreScalar(expanded.text) : expanded.text;
  const place = walk.places.get(pathText(path));
  if (place) {
    const text = typeof typed === 'string' ? null : expanded.text;
    walk.places.set(pathText(path), {
      ...place,
      references: expanded.references,
      secret: expanded.secret,
      text,
    });
  }
  return typed;
}

function notePlace(walk: Walk, path: SettingsPath, spot: Spot): void {
  walk.places.set(pathText(path), placeOf(walk, spot));
}

function placeOf({ lines, options }: Walk, { keyOffset, offset }: Spot): Place {
  const key = lines.linePos(keyOffset);
  const value = lines.linePos(offset);
  return {
    file: options.file,
    line: value.line,
    column: value.col,
    keyLine: key.line,
    keyColumn: key.col,
    references: [],
    secret: false,
    text: null,
  };
}

function addFault(walk: Walk, path: SettingsPath, message: string, spot?: Spot): void {
  const place = spot ? placeOf(walk, spot) : walk.places.get(pathText(path));
  walk.faults.push({
    file: walk.options.file,
    line: place?.line ?? 1,
    column: place?.column ?? 1,
    path: pathText(path),
    message,
  });
}

function breakOff(walk: Walk, path: SettingsPath, message: string): null {
  walk.broken.add(pathText(path));
  addFault(walk, path, message);
  return null;
}

/** One fault ends the reading here: what follows could be millions of the same. */
function tooMuch(walk: Walk, path: SettingsPath, message: string): ConfigError {
  addFault(walk, path, message);
  return new ConfigError(walk.faults);
}
