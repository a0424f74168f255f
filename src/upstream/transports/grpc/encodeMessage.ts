import { isWireObject, ownMember } from '../translated/wireObject.ts';
import { ByteWriter } from './byteWriter.ts';
import type { FieldType, MessageType } from './messageTypes.ts';

/** The bytes of a message. Throws a RangeError that says which member does not fit, what was found and what is allowed. */
export function encodeMessage(type: MessageType, value: unknown, at = ''): Buffer {
  const { known } = type;
  const message = known ? within(at.replace(/\.$/, ''), () => known.toMessage(value)) : value;
  if (!isWireObject(message)) throw new RangeError(`${at || 'the request'}: expected an object`);
  const writer = new ByteWriter();
  const taken = new Map<string, string>();
  for (const field of type.fields().values()) {
    const member = ownMember(message, field.name);
    if (member === undefined || member === null) continue;
    const { name, oneof } = field;
    const other = oneof === null ? undefined : taken.get(oneof);
    if (other !== undefined)
      throw new RangeError(`${at}${name}: ${other} is given already, and only one of them may be`);
    if (oneof !== null) taken.set(oneof, name);
    writeField(writer, field, member, `${at}${name}`);
  }
  return writer.whole();
}

function writeField(writer: ByteWriter, field: FieldType, member: unknown, at: string): void {
  const { number, isRepeated, mapKey, scalar, hasPresence } = field;
  if (!isRepeated && mapKey === null) {
    if (hasPresence || !scalar || member !== scalar.zero) writeOne(writer, field, member, at);
    return;
  }
  if (!Array.isArray(member)) throw new RangeError(`${at}: expected a list`);
  if (mapKey !== null) {
    for (const entry of member) {
      writer.uint32((number << 3) | 2);
      writer.bytes(entryBytes(field, entry, at));
    }
  } else if (scalar && scalar.wireType !== 2) {
    const packed = new ByteWriter();
    for (const item of member) within(at, () => scalar.write(packed, item));
    if (member.length === 0) return;
    writer.uint32((number << 3) | 2);
    writer.bytes(packed.whole());
  } else for (const item of member) writeOne(writer, field, item, at);
}

function writeOne(
  writer: ByteWriter,
  { number, scalar, below }: FieldType,
  value: unknown,
  at: string,
): void {
  writer.uint32((number << 3) | (scalar?.wireType ?? 2));
  if (scalar) within(at, () => scalar.write(writer, value));
  else if (below) writer.bytes(encodeMessage(below, value, `${at}.`));
}

function entryBytes(field: FieldType, entry: unknown, at: string): Buffer {
  const { keyScalar } = field;
  if (!isWireObject(entry) || !keyScalar) throw new RangeError(`${at}: expected entries with key and value`);
  const writer = new ByteWriter();
  writer.uint32(8 | keyScalar.wireType);
  within(at, () => keyScalar.write(writer, ownMember(entry, 'key')));
  const value = ownMember(entry, 'value');
  if (value !== null && value !== undefined) writeOne(writer, { ...field, number: 2 }, value, `${at}.value`);
  return writer.whole();
}

/** A RangeError with the place it is about in front. */
function within<Result>(at: string, work: () => Result): Result {
  try {
    return work();
  } catch (thrown) {
    if (thrown instanceof RangeError) throw new RangeError(`${at}: ${thrown.message}`);
    throw thrown;
  }
}
