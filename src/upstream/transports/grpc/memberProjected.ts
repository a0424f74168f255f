import { Projected } from '../translated/projected.ts';
import type { ByteReader } from './byteReader.ts';
import type { MessageReader, Reads } from './messageReader.ts';

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
