import { Projected } from '../translated/projected.ts';
import type { ByteReader } from './byteReader.ts';
import type { MessageReader, Reads } from './messageReader.ts';

/** A message that is, as it stands, what the result holds. */
export class WholeProjected implements Reads {
  readonly #value: Reads;
  readonly #by: { readonly name: string; readonly reader: MessageReader } | null;

  /** With `by`, it is one of many, and tells whose by a member that nobody may have selected. */
  constructor(value: Reads, by: { readonly name: string; readonly reader: MessageReader } | null) {
    this.#value = value;
    this.#by = by;
  }

  read(reader: ByteReader, depth: number): Projected {
    const { at, end } = reader;
    const whose = this.#by?.reader.readObject(reader, depth)[this.#by.name];
    const value = (): unknown => {
      reader.goTo(at, end);
      return this.#value.read(reader, depth);
    };
    return new Projected(value(), value, whose);
  }
}

/** A message of which one member is what the result holds. */
export class MemberProjected implements Reads {
  readonly #name: string;
  readonly #message: MessageReader;
  readonly #member: MessageReader;

  /** `member` reads nothing but this one member. */
  constructor(name: string, { message, member }: { message: MessageReader; member: MessageReader }) {
    this.#name = name;
    this.#message = message;
    this.#member = member;
  }

  read(reader: ByteReader, depth: number): unknown {
    const { at, end } = reader;
    const name = this.#name;
    const made = this.#message.readObject(reader, depth);
    made[name] = new Projected(made[name], () => {
      reader.goTo(at, end);
      return this.#member.readObject(reader, depth)[name];
    });
    return made;
  }
}
