import { isUtf8 } from 'node:buffer';
import { NotProtobuf } from './notProtobuf.ts';

/** Reads the wire format of protobuf from a part of a buffer, and never beyond it. */
export class ByteReader {
  at: number;
  /** Of the message that is being read. */
  end: number;
  readonly #bytes: Buffer;
  /** All bytes as one text, a character each, made once: cutting a text out of it is cheaper than a call for each. */
  #whole: string | null = null;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
    this.at = 0;
    this.end = bytes.length;
  }

  /** Of 32 bits at most; higher ones are dropped, as protobuf wants it. */
  uint32(): number {
    const first = this.#byte();
    if (first < 0x80) return first;
    let value = first & 0x7f;
    for (let shift = 7; shift < 70; shift += 7) {
      const byte = this.#byte();
      if (shift < 32) value |= (byte & 0x7f) << shift;
      if (byte < 0x80) return value >>> 0;
    }
    throw new NotProtobuf('a number of more than ten bytes');
  }

  /** Of 64 bits, as its two halves. */
  varint64(): { readonly low: number; readonly high: number } {
    let low = 0;
    let high = 0;
    for (let shift = 0; shift < 70; shift += 7) {
      const byte = this.#byte();
      const bits = byte & 0x7f;
      if (shift < 28) low |= bits << shift;
      else if (shift === 28) {
        low |= bits << 28;
        high = bits >>> 4;
      } else high |= bits << (shift - 32);
      if (byte < 0x80) return { low: low >>> 0, high: high >>> 0 };
    }
    throw new NotProtobuf('a number of more than ten bytes');
  }

  fixed32(): number {
    return this.#bytes.readUInt32LE(this.#skip(4));
  }

  float(): number {
    return this.#bytes.readFloatLE(this.#skip(4));
  }

  double(): number {
    return this.#bytes.readDoubleLE(this.#skip(8));
  }

  fixed64(): { readonly low: number; readonly high: number } {
    const from = this.#skip(8);
    return { low: this.#bytes.readUInt32LE(from), high: this.#bytes.readUInt32LE(from + 4) };
  }

  bytes(): Buffer {
    const length = this.uint32();
    const from = this.#skip(length);
    return this.#bytes.subarray(from, from + length);
  }

  /** Goes into what is delimited by its length; gives the end to come back to with `leave`. */
  enter(): number {
    const outer = this.end;
    const length = this.uint32();
    if (length > outer - this.at) throw tooLong();
    this.end = this.at + length;
    return outer;
  }

  leave(outer: number): void {
    this.at = this.end;
    this.end = outer;
  }

  /** Goes back to a part that was read before. */
  goTo(from: number, to: number): void {
    this.at = from;
    this.end = to;
  }

  text(): string {
    const length = this.uint32();
    const from = this.#skip(length);
    const to = from + length;
    const bytes = this.#bytes;
    for (let at = from; at < to; at += 1) if ((bytes[at] as number) > 0x7f) return this.#wideText(from, to);
    this.#whole ??= bytes.toString('latin1');
    return this.#whole.slice(from, to);
  }

  /** Past a field that nobody wants. */
  skipField(wireType: number, depth = 0): void {
    if (wireType === 2) this.#skip(this.uint32());
    else if (wireType === 0) this.varint64();
    else if (wireType === 1) this.#skip(8);
    else if (wireType === 5) this.#skip(4);
    else if (wireType === 3 && depth < 50) {
      for (let tag = this.uint32(); (tag & 7) !== 4; tag = this.uint32()) this.skipField(tag & 7, depth + 1);
    } else throw new NotProtobuf('a field of no known kind');
  }

  #wideText(from: number, to: number): string {
    // Bytes that are no UTF-8 would become other characters, and one key another.
    if (!isUtf8(this.#bytes.subarray(from, to))) throw new NotProtobuf('a text that is not UTF-8');
    return this.#bytes.toString('utf8', from, to);
  }

  #byte(): number {
    if (this.at >= this.end) throw new NotProtobuf('an end in the middle of a field');
    const byte = this.#bytes[this.at] as number;
    this.at += 1;
    return byte;
  }

  #skip(length: number): number {
    const from = this.at;
    if (length > this.end - from) throw tooLong();
    this.at = from + length;
    return from;
  }
}

function tooLong(): NotProtobuf {
  return new NotProtobuf('a field that is longer than its message');
}
