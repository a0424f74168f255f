import type { Wanted } from '../translated/selected.ts';
import { ByteReader } from './byteReader.ts';
import { type FieldType, type MessageType, noItems } from './messageTypes.ts';
import { NotProtobuf } from './notProtobuf.ts';
import type { Scalar } from './scalars.ts';

type Made = Record<string, unknown>;

/** Deeper than this no service answers. */
const maxDepth = 100;

/**
 * The value that bytes stand for: an object under the names of the .proto file, with no more than is wanted of it, or what a well-known
 * type means. Throws NotProtobuf.
 */
export function decodeMessage(type: MessageType, bytes: Buffer, wanted: Wanted | null = null): unknown {
  return decode(type, new ByteReader(bytes), { wanted, depth: 0 });
}

interface Below {
  readonly wanted: Wanted | null;
  readonly depth: number;
}

function decode(type: MessageType, reader: ByteReader, { wanted, depth }: Below): unknown {
  if (depth > maxDepth) throw new NotProtobuf('messages nested too deep');
  const fields = type.fields();
  const isPart = wanted !== null && type.known === null;
  const made: Made = isPart ? type.absentOf(wanted) : { ...type.absent() };
  while (reader.at < reader.end) {
    const tag = reader.uint32();
    const field = fields.get(tag >>> 3);
    if (!field) reader.skipField(tag & 7);
    else if (!isPart) readField(field, { made, reader, wireType: tag & 7, depth, wanted: null });
    else {
      const below = wanted.get(field.name);
      if (below === undefined) reader.skipField(tag & 7);
      else readField(field, { made, reader, wireType: tag & 7, depth, wanted: below });
    }
  }
  return type.known ? type.known.fromMessage(made) : made;
}

interface Reading {
  readonly made: Made;
  readonly reader: ByteReader;
  readonly wireType: number;
  readonly depth: number;
  readonly wanted: Wanted | null;
}

function readField(field: FieldType, { made, reader, wireType, depth, wanted }: Reading): void {
  const { name, scalar, below, isRepeated, keyScalar } = field;
  const expected = keyScalar ? 2 : (scalar?.wireType ?? 2);
  if (isRepeated && scalar && wireType === 2 && expected !== 2) {
    const packed = reader.part();
    const list = listAt(made, name);
    while (packed.at < packed.end) list.push(scalar.read(packed));
  } else if (wireType !== expected) reader.skipField(wireType);
  else {
    const value = keyScalar
      ? readEntry(field, keyScalar, reader.part(), depth)
      : scalar
        ? scalar.read(reader)
        : below && decode(below, reader.part(), { wanted, depth: depth + 1 });
    if (isRepeated || keyScalar) listAt(made, name).push(value);
    else made[name] = value;
  }
}

function readEntry({ scalar, below }: FieldType, keyScalar: Scalar, reader: ByteReader, depth: number) {
  let key = keyScalar.zero;
  let value: unknown = scalar?.zero ?? null;
  while (reader.at < reader.end) {
    const tag = reader.uint32();
    if (tag >>> 3 === 1) key = keyScalar.read(reader);
    else if (tag >>> 3 !== 2) reader.skipField(tag & 7);
    else
      value = scalar
        ? scalar.read(reader)
        : below && decode(below, reader.part(), { wanted: null, depth: depth + 1 });
  }
  return { key, value };
}

function listAt(made: Made, name: string): unknown[] {
  const known = made[name];
  if (Array.isArray(known) && known !== noItems) return known;
  const list: unknown[] = [];
  made[name] = list;
  return list;
}
