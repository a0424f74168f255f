import type { Message, MessageField } from '../../../model/translation.ts';
import { NotProtobuf } from './notProtobuf.ts';
import { type Scalar, scalars } from './scalars.ts';
import { type WellKnown, wellKnown } from './wellKnown.ts';

/** The messages of a service, ready to be read and written: names of a service never become code. */
export interface MessageTypes {
  of(name: string): MessageType;
}

/** Filled when it is first used: messages hold each other. */
export interface MessageType {
  readonly name: string;
  readonly known: WellKnown | null;
  /** By number. Throws NotProtobuf for a message that nobody described. */
  fields(): ReadonlyMap<number, FieldType>;
}

export interface FieldType extends MessageField {
  /** Null for a message. */
  readonly scalar: Scalar | null;
  readonly below: MessageType | null;
  /** Of the entries of a map, which are messages of their own; null for anything else. */
  readonly keyScalar: Scalar | null;
}

export interface DescribedTypes {
  readonly messages: ReadonlyMap<string, Message>;
  readonly enums: ReadonlyMap<string, ReadonlyMap<number, string>>;
}

export function createMessageTypes({ messages, enums }: DescribedTypes): MessageTypes {
  const kept = new Map<string, MessageType>();

  function typeOf(name: string): MessageType {
    const found = kept.get(name);
    if (found) return found;
    const made = messageType(name);
    kept.set(name, made);
    return made;
  }
  function messageType(name: string): MessageType {
    const known = wellKnown.get(name) ?? null;
    const message = known?.message ?? messages.get(name);
    let fields: ReadonlyMap<number, FieldType> | null = null;
    return {
      name,
      known,
      fields() {
        if (!message) throw new NotProtobuf(`no message "${name}"`);
        fields ??= new Map(message.fields.map((field) => [field.number, fieldType(field)]));
        return fields;
      },
    };
  }
  function fieldType(field: MessageField): FieldType {
    const { type, mapKey } = field;
    const values = enums.get(type);
    const scalar = values ? enumScalar(values) : (scalars.get(type) ?? null);
    return {
      ...field,
      scalar,
      below: scalar ? null : typeOf(type),
      keyScalar: mapKey === null ? null : (scalars.get(mapKey) ?? null),
    };
  }
  return { of: typeOf };
}

/** A number that has no name yet stays a number. */
function enumScalar(values: ReadonlyMap<number, string>): Scalar {
  const numbers = new Map([...values].map(([number, name]) => [name, number]));
  return {
    wireType: 0,
    zero: values.get(0) ?? 0,
    read(reader) {
      const number = reader.uint32() | 0;
      return values.get(number) ?? number;
    },
    write(writer, value) {
      const number = numbers.get(String(value));
      if (number === undefined) throw new RangeError(`there is no ${JSON.stringify(value)} among its values`);
      writer.varint64(BigInt(number));
    },
  };
}
