import type { ByteReader } from './byteReader.ts';
import type { FieldType } from './messageTypes.ts';
import { NotProtobuf } from './notProtobuf.ts';
import type { Scalar } from './scalars.ts';
import type { WellKnown } from './wellKnown.ts';

/** Reads what is left of a message, up to its end. Throws NotProtobuf. */
export interface Reads {
  read(reader: ByteReader, depth: number): unknown;
}

/** A field of a message, and what becomes of it. */
export interface ReadField {
  readonly field: FieldType;
  /** Where it goes. */
  readonly key: string;
  /** For a message. */
  readonly below: Reads | null;
  /** What is made of each value; null for nothing else. */
  readonly convert: ((value: unknown) => unknown) | null;
}

interface Layout {
  readonly byNumber: readonly (ReadField | undefined)[];
  /** What stands for fields that were not sent. */
  readonly absent: Made;
  /** Keys of lists. */
  readonly lists: readonly string[];
}

type Made = Record<string, unknown>;

/** Deeper than this no service answers. */
const maxDepth = 100;
/** A list that was not sent. */
const noItems: readonly unknown[] = Object.freeze([]);

/**
 * Reads a message into an object that has the keys it was told, whatever was sent of them, and passes over everything else. What
 * it does is laid out when it first reads: messages hold each other.
 */
export class MessageReader implements Reads {
  readonly #fields: () => readonly ReadField[];
  readonly #constants: Made;
  readonly #known: WellKnown | null;
  #layout: Layout | null = null;

  constructor(fields: () => readonly ReadField[], { constants = {}, known = null }: MessageOptions = {}) {
    this.#fields = fields;
    this.#constants = constants;
    this.#known = known;
  }

  read(reader: ByteReader, depth: number): unknown {
    const made = this.readObject(reader, depth);
    return this.#known ? this.#known.fromMessage(made) : made;
  }

  readObject(reader: ByteReader, depth: number): Made {
    if (depth > maxDepth) throw new NotProtobuf('messages nested too deep');
    this.#layout ??= layoutOf(this.#fields(), this.#constants);
    const { byNumber, absent, lists } = this.#layout;
    const made = { ...absent };
    while (reader.at < reader.end) {
      const tag = reader.uint32();
      const field = byNumber[tag >>> 3];
      if (field === undefined) reader.skipField(tag & 7);
      else readField(field, { made, reader, wireType: tag & 7, depth });
    }
    for (const key of lists) if (made[key] === noItems) made[key] = [];
    return made;
  }
}

export interface MessageOptions {
  /** What the object has besides; under the key of a field, only the place where that stands. */
  readonly constants?: Made;
  readonly known?: WellKnown | null;
}

function layoutOf(fields: readonly ReadField[], constants: Made): Layout {
  const byNumber: ReadField[] = [];
  for (const each of fields) byNumber[each.field.number] = each;
  const absent: Made = Object.fromEntries([
    ...Object.entries(constants),
    ...fields.map((each) => [each.key, absentValue(each)] as const),
  ]);
  const lists = fields.filter(({ field }) => isList(field)).map(({ key }) => key);
  return { byNumber, absent, lists };
}

function isList({ isRepeated, mapKey }: FieldType): boolean {
  return isRepeated || mapKey !== null;
}

function absentValue({ field, convert }: ReadField): unknown {
  if (isList(field)) return noItems;
  if (field.hasPresence || !field.scalar) return null;
  return convert ? convert(field.scalar.zero) : field.scalar.zero;
}

interface Reading {
  readonly made: Made;
  readonly reader: ByteReader;
  readonly wireType: number;
  readonly depth: number;
}

function readField(each: ReadField, { made, reader, wireType, depth }: Reading): void {
  const { field, key, convert } = each;
  const { scalar, isRepeated, keyScalar } = field;
  const expected = keyScalar ? 2 : (scalar?.wireType ?? 2);
  if (isRepeated && scalar && wireType === 2 && expected !== 2) {
    const outer = reader.enter();
    const list = listAt(made, key);
    while (reader.at < reader.end) {
      const value = scalar.read(reader);
      list.push(convert ? convert(value) : value);
    }
    reader.leave(outer);
  } else if (wireType !== expected) reader.skipField(wireType);
  else {
    const sent = keyScalar
      ? readEntry(each, keyScalar, reader, depth)
      : scalar
        ? scalar.read(reader)
        : readBelow(each, reader, depth);
    const value = convert ? convert(sent) : sent;
    if (isRepeated || keyScalar) listAt(made, key).push(value);
    else made[key] = value;
  }
}

function readBelow({ below }: ReadField, reader: ByteReader, depth: number): unknown {
  const outer = reader.enter();
  const value = below ? below.read(reader, depth + 1) : null;
  reader.leave(outer);
  return value;
}

function readEntry(each: ReadField, keyScalar: Scalar, reader: ByteReader, depth: number) {
  const { scalar } = each.field;
  const outer = reader.enter();
  let key = keyScalar.zero;
  let value: unknown = scalar?.zero ?? null;
  while (reader.at < reader.end) {
    const tag = reader.uint32();
    if (tag >>> 3 === 1) key = keyScalar.read(reader);
    else if (tag >>> 3 !== 2) reader.skipField(tag & 7);
    else value = scalar ? scalar.read(reader) : readBelow(each, reader, depth);
  }
  reader.leave(outer);
  return { key, value };
}

function listAt(made: Made, key: string): unknown[] {
  const known = made[key];
  if (Array.isArray(known) && known !== noItems) return known;
  const list: unknown[] = [];
  made[key] = list;
  return list;
}
