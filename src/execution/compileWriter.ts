import {
  type GraphQLInterfaceType,
  type GraphQLObjectType,
  type GraphQLOutputType,
  getNamedType,
  isAbstractType,
  isCompositeType,
  isEnumType,
  isInterfaceType,
  isListType,
  isNonNullType,
  isObjectType,
  type SelectionSetNode,
} from 'graphql';
import { type CollectContext, collectFields } from './collectFields.ts';
import { jsonString } from './jsonString.ts';
import { needsType } from './needsType.ts';
import { isInheritedName } from './ownValue.ts';

/** Writes the text of one object; throws `unfit` when something in it needs the rules for errors. */
type WriteObject = (data: unknown) => string;

/** The same for the whole data; `isShared` where an object of it may stand in several places: lists of such are written once. */
export type WriteData = (data: unknown, isShared: boolean) => string;

/** Thrown by writers; the result is then completed step by step, with its errors (see completeResult). */
export const unfit = new Error('The data needs completion with errors');

/**
 * Compiles the operation's selection into functions that write the result's text straight from the merged data, without building
 * another tree. They know one happy way only: at the first value that is not what its type says, or a null that is not allowed, they
 * give up. The code consists of checked GraphQL names and of nothing else from outside.
 *
 * Source of the rules: GraphQL specification, sections 6.4.2 and 6.4.3.
 */
export function compileWriter(
  context: CollectContext,
  type: GraphQLObjectType,
  selectionSet: SelectionSetNode,
): WriteData {
  const slots = createSlots();
  const root = slots.slotFor(type, [selectionSet]);
  const enums: ReadonlySet<string>[] = [];
  const lists: Lists = { count: 0, written: null };
  const write = (index: number, data: unknown): string => {
    const slot = slots.at(index);
    slot.write ??= compileObject(slot);
    return slot.write(data);
  };
  const compileObject = (slot: Slot): WriteObject => {
    const lines = objectLines(slot, { context, enums, lists, slotFor: slots.slotFor });
    const code = `'use strict'; return function (o) {\n${lines.join('\n')}\n};`;
    return new Function('unfit', 'write', 'enums', 'lists', 'str', code)(
      unfit,
      write,
      enums,
      lists,
      jsonString,
    ) as WriteObject;
  };
  return (data, isShared) => {
    lists.written = isShared ? [] : null;
    try {
      return write(root, data);
    } finally {
      lists.written = null;
    }
  };
}

/** The texts of lists that were written already, for each place in the code that writes one. */
interface Lists {
  count: number;
  /** Null where none is looked for. */
  written: Map<unknown, string>[] | null;
}

type SlotType = GraphQLObjectType | GraphQLInterfaceType;
type SlotFor = (type: SlotType, selectionSets: readonly SelectionSetNode[]) => number;

/** A place for the function of one type and selection; it is compiled when first needed, so wide abstract types cost nothing unseen. */
interface Slot {
  readonly type: SlotType;
  readonly selectionSets: readonly SelectionSetNode[];
  write: WriteObject | null;
}

function createSlots(): { slotFor: SlotFor; at(index: number): Slot } {
  const slots: Slot[] = [];
  const indexByKey = new Map<string, number>();
  const numbers = new Map<SelectionSetNode, number>();
  const numberOf = (set: SelectionSetNode): number => {
    const number = numbers.get(set) ?? numbers.size;
    numbers.set(set, number);
    return number;
  };
  return {
    at: (index) => slots[index] as Slot,
    slotFor(type, selectionSets) {
      const key = `${type.name} ${selectionSets.map(numberOf).join(' ')}`;
      const known = indexByKey.get(key);
      if (known !== undefined) return known;
      indexByKey.set(key, slots.length);
      return slots.push({ type, selectionSets, write: null }) - 1;
    },
  };
}

interface LineParts {
  readonly context: CollectContext;
  /** Value sets of enums, in the order the code refers to them. */
  readonly enums: ReadonlySet<string>[];
  readonly lists: Lists;
  readonly slotFor: SlotFor;
}

/** The body of the function for one object `o`. */
function objectLines({ type, selectionSets }: Slot, parts: LineParts): string[] {
  const lines = [
    `if (typeof o !== 'object' || o === null || Array.isArray(o)) throw unfit;`,
    `let s = '{', v;`,
  ];
  collectFields(parts.context, type, selectionSets).forEach((field, index) => {
    const label = JSON.stringify(`${index === 0 ? '' : ','}${JSON.stringify(field.responseName)}:`);
    if (field.name === '__typename') {
      lines.push(`s += ${label} + ${JSON.stringify(JSON.stringify(type.name))};`);
    } else if (field.name === '__schema' || field.name === '__type') {
      lines.push(`s += ${label} + JSON.stringify(${access(field.dataName)} ?? null);`);
    } else if (field.isWithheld) {
      lines.push(isNonNullType(field.type) ? 'throw unfit;' : `s += ${label} + 'null';`);
    } else if (field.type) {
      lines.push(`v = ${access(field.dataName)};`, `s += ${label};`);
      lines.push(...valueLines(field.type, { ...parts, sets: field.selectionSets, v: 'v', level: 0 }));
    }
  });
  lines.push(`return s + '}';`);
  return lines;
}

interface ValueParts extends LineParts {
  readonly sets: readonly SelectionSetNode[];
  /** The variable that holds the value. */
  readonly v: string;
  /** How many lists it stands in. */
  readonly level: number;
}

/** Statements that append one value to the text `s`. */
function valueLines(type: GraphQLOutputType, parts: ValueParts): string[] {
  const required = isNonNullType(type);
  const whenNull = required ? 'throw unfit;' : `s += 'null';`;
  return [
    `if (${parts.v} === null || ${parts.v} === undefined) { ${whenNull} } else {`,
    ...presentLines(required ? type.ofType : type, parts),
    '}',
  ];
}

function presentLines(type: GraphQLOutputType, parts: ValueParts): string[] {
  const { v, sets } = parts;
  if (isListType(type)) {
    const isOfObjects = parts.level === 0 && isCompositeType(getNamedType(type));
    return isOfObjects ? onceLines(type.ofType, parts) : listLines(type.ofType, parts);
  }
  if (isObjectType(type)) return [`s += write(${parts.slotFor(type, sets)}, ${v});`];
  if (isAbstractType(type)) {
    const possible = parts.context.schema.getPossibleTypes(type);
    const cases = possible.map(
      (one) => `case ${JSON.stringify(one.name)}: s += write(${parts.slotFor(one, sets)}, ${v}); break;`,
    );
    if (isInterfaceType(type) && !needsType(parts.context, type, sets)) {
      const interfaces = [type, ...parts.context.schema.getImplementations(type).interfaces];
      const names = interfaces.map(({ name }) => `case ${JSON.stringify(name)}:`).join(' ');
      cases.push(`${names} case undefined: s += write(${parts.slotFor(type, sets)}, ${v}); break;`);
    }
    return [`switch (${v}.__typename) {`, ...cases, 'default: throw unfit;', '}'];
  }
  if (isEnumType(type)) {
    const index = parts.enums.push(new Set(type.getValues().map(({ name }) => name))) - 1;
    return [`if (!enums[${index}].has(${v})) throw unfit;`, `s += '"' + ${v} + '"';`];
  }
  return [leafLine('name' in type ? type.name : '', v)];
}

/** As listLines; what stands in several places is written once. */
function onceLines(itemType: GraphQLOutputType, parts: ValueParts): string[] {
  const { v, lists } = parts;
  const place = lists.count;
  lists.count += 1;
  return [
    `{ const w = lists.written === null ? null : (lists.written[${place}] ??= new Map());`,
    `const known = w === null ? undefined : w.get(${v});`,
    `if (known !== undefined) s += known; else {`,
    `const list = ${v}, before = s; s = '';`,
    ...listLines(itemType, parts),
    `if (w !== null) w.set(list, s);`,
    `s = before + s; } }`,
  ];
}

function listLines(itemType: GraphQLOutputType, parts: ValueParts): string[] {
  const { v, level } = parts;
  const [list, index, item] = [`l${level}`, `i${level}`, `v${level + 1}`];
  return [
    `if (!Array.isArray(${v})) throw unfit;`,
    `const ${list} = ${v}; s += '[';`,
    `for (let ${index} = 0; ${index} < ${list}.length; ${index}++) {`,
    `if (${index} > 0) s += ',';`,
    `const ${item} = ${list}[${index}];`,
    ...valueLines(itemType, { ...parts, v: item, level: level + 1 }),
    `}`,
    `s += ']';`,
  ];
}

function leafLine(type: string, v: string): string {
  switch (type) {
    case 'Int':
      return `if (typeof ${v} !== 'number' || (${v} | 0) !== ${v}) throw unfit; s += ${v};`;
    case 'Float':
      return `if (typeof ${v} !== 'number' || !Number.isFinite(${v})) throw unfit; s += ${v};`;
    case 'Boolean':
      return `if (${v} !== true && ${v} !== false) throw unfit; s += ${v};`;
    case 'String':
      return `if (typeof ${v} !== 'string') throw unfit; s += str(${v});`;
    case 'ID':
      return `if (typeof ${v} === 'string') s += str(${v}); else if (Number.isSafeInteger(${v})) s += '"' + ${v} + '"'; else throw unfit;`;
    default:
      return `if (${v} === Infinity || ${v} === -Infinity) throw unfit; s += JSON.stringify(${v});`;
  }
}

/** How the value under a name is read; names that every object inherits only when they are its own. */
function access(dataName: string): string {
  const name = JSON.stringify(dataName);
  return isInheritedName(dataName) ? `(Object.hasOwn(o, ${name}) ? o[${name}] : undefined)` : `o[${name}]`;
}
