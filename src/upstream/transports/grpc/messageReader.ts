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

/** A field as it is read, with all that can be decided beforehand. */
interface Entry {
  readonly key: string;
  readonly wireType: number;
  readonly isList: boolean;
  /** One value, where it came as its type says. */
  readonly read: (reader: ByteReader, depth: number) => unknown;
  /** Whether many may come in one field, without their numbers. */
  readonly mayBePacked: boolean;
}

interface Layout {
  readonly byNumber: readonly (Entry | undefined)[];
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
      const entry = byNumber[tag >>> 3];
      if (entry === undefined) reader.skipField(tag & 7);
      else if ((tag & 7) !== entry.wireType) readOther(entry, made, reader, tag & 7);
      else if (entry.isList) listAt(made, entry.key).push(entry.read(reader, depth));
      else made[entry.key] = entry.read(reader, depth);
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
  const byNumber: Entry[] = [];
  for (const each of fields) byNumber[each.field.number] = entryOf(each);
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

function entryOf(each: ReadField): Entry {
  const { field, key, convert } = each;
  const { scalar, isRepeated, keyScalar } = field;
  const read = readOne(each);
  return {
    key,
    wireType: keyScalar ? 2 : (scalar?.wireType ?? 2),
    isList: isList(field),
    read: convert ? (reader, depth) => convert(read(reader, depth)) : read,
    mayBePacked: isRepeated && scalar !== null && scalar.wireType !== 2,
  };
}

function readOne({ field, below }: ReadField): Entry['read'] {
  const { scalar, keyScalar } = field;
  const value: Entry['read'] = scalar
    ? scalar.read
    : (reader, depth) => {
        const outer = reader.enter();
        const made = below ? below.read(reader, depth + 1) : null;
        reader.leave(outer);
        return made;
      };
  return keyScalar ? readPair(keyScalar, value, scalar?.zero ?? null) : value;
}

/** An entry of a map, which is a message of its own. */
function readPair(keyScalar: Scalar, readValue: Entry['read'], zero: unknown): Entry['read'] {
  return (reader, depth) => {
    const outer = reader.enter();
    let key = keyScalar.zero;
    let value = zero;
    while (reader.at < reader.end) {
      const tag = reader.uint32();
      if (tag >>> 3 === 1) key = keyScalar.read(reader);
      else if (tag >>> 3 === 2) value = readValue(reader, depth);
      else reader.skipField(tag & 7);
    }
    reader.leave(outer);
    return { key, value };
  };
}

function readOther(entry: Entry, made: Made, reader: ByteReader, wireType: number): void {
  if (!entry.mayBePacked || wireType !== 2) {
    reader.skipField(wireType);
    return;
  }
  const list = listAt(made, entry.key);
  const outer = reader.enter();
  while (reader.at < reader.end) list.push(entry.read(reader, 0));
  reader.leave(outer);
}

function listAt(made: Made, key: string): unknown[] {
  const known = made[key];
  if (Array.isArray(known) && known !== noItems) return known;
  const list: unknown[] = [];
  made[key] = list;
  return list;
}
