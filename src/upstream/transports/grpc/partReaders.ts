import type { Wanted } from '../translated/wanted.ts';
import { MessageReader, type ReadField, type Reads } from './messageReader.ts';
import type { FieldType, MessageType } from './messageTypes.ts';

/** Readers of messages as objects under the service's names. */
export interface PartReaders {
  /** Of all of a message; made once for each type, for messages hold each other. */
  whole(type: MessageType): MessageReader;
  /** Of no more of it than is wanted. */
  part(type: MessageType, wanted: Wanted | null): MessageReader;
}

export function createPartReaders(): PartReaders {
  const wholes = new Map<MessageType, MessageReader>();

  function whole(type: MessageType): MessageReader {
    const known = wholes.get(type);
    if (known) return known;
    const fields = () => fieldsOf(type).map((field) => readAs(field, field.below && whole(field.below)));
    const made = new MessageReader(fields, { known: type.known });
    wholes.set(type, made);
    return made;
  }
  function part(type: MessageType, wanted: Wanted | null): MessageReader {
    if (wanted === null || type.known) return whole(type);
    const fields = fieldsOf(type).filter(({ name }) => wanted.has(name));
    return new MessageReader(() =>
      fields.map((field) => readAs(field, field.below && part(field.below, wanted.get(field.name) ?? null))),
    );
  }
  return { whole, part };
}

/** A field under its own name, as it was sent. */
export function readAs(field: FieldType, below: Reads | null): ReadField {
  return { field, key: field.name, below, convert: null };
}

export function fieldsOf(type: MessageType): readonly FieldType[] {
  return [...type.fields().values()];
}
