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
