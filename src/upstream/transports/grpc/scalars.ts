import type { ByteReader } from './byteReader.ts';
import type { ByteWriter } from './byteWriter.ts';
import { readWhole } from './readWhole.ts';
import { wholeWithin } from './wholeWithin.ts';

/** How a scalar of protobuf travels, and what it is to us: 64-bit numbers are numbers as long as these are exact, and texts beyond. */
export interface Scalar {
  readonly wireType: 0 | 1 | 2 | 5;
  readonly zero: unknown;
  read(reader: ByteReader): unknown;
  /** Throws a RangeError that says what was found and what is allowed. */
  write(writer: ByteWriter, value: unknown): void;
}

const int32 = { min: -(2n ** 31n), max: 2n ** 31n - 1n };
const uint32 = { min: 0n, max: 2n ** 32n - 1n };
const int64 = { min: -(2n ** 63n), max: 2n ** 63n - 1n };
const uint64 = { min: 0n, max: 2n ** 64n - 1n };

const zigzag = (value: bigint): bigint => (value < 0n ? -value * 2n - 1n : value * 2n);

export const scalars: ReadonlyMap<string, Scalar> = new Map<string, Scalar>([
  [
    'int32',
    varint(
      (reader) => reader.uint32() | 0,
      (writer, value) => writer.varint64(wholeWithin(value, int32)),
    ),
  ],
  [
    'uint32',
    varint(
      (reader) => reader.uint32(),
      (writer, value) => writer.varint64(wholeWithin(value, uint32)),
    ),
  ],
  [
    'sint32',
    varint(
      (reader) => {
        const value = reader.uint32();
        return (value >>> 1) ^ -(value & 1);
      },
      (writer, value) => writer.varint64(zigzag(wholeWithin(value, int32))),
    ),
  ],
  [
    'int64',
    varint(
      (reader) => readWhole(reader.varint64(), 'signed'),
      (writer, value) => writer.varint64(wholeWithin(value, int64)),
    ),
  ],
  [
    'uint64',
    varint(
      (reader) => readWhole(reader.varint64(), 'unsigned'),
      (writer, value) => writer.varint64(wholeWithin(value, uint64)),
    ),
  ],
  [
    'sint64',
    varint(
      (reader) => readWhole(reader.varint64(), 'zigzag'),
      (writer, value) => writer.varint64(zigzag(wholeWithin(value, int64))),
    ),
  ],
  [
    'bool',
    {
      ...varint(
        (reader) => reader.uint32() !== 0,
        (writer, value) => writer.uint32(value === true ? 1 : 0),
      ),
      zero: false,
    },
  ],
  [
    'fixed32',
    fixed(
      5,
      (reader) => reader.fixed32(),
      (writer, value) => writer.fixed32(Number(wholeWithin(value, uint32))),
    ),
  ],
  [
    'sfixed32',
    fixed(
      5,
      (reader) => reader.fixed32() | 0,
      (writer, value) => writer.fixed32(Number(wholeWithin(value, int32))),
    ),
  ],
  [
    'fixed64',
    fixed(
      1,
      (reader) => readWhole(reader.fixed64(), 'unsigned'),
      (writer, value) => writer.fixed64(wholeWithin(value, uint64)),
    ),
  ],
  [
    'sfixed64',
    fixed(
      1,
      (reader) => readWhole(reader.fixed64(), 'signed'),
      (writer, value) => writer.fixed64(wholeWithin(value, int64)),
    ),
  ],
  [
    'float',
    fixed(
      5,
      (reader) => floatOf(reader.float()),
      (writer, value) => writer.float(numberOf(value)),
    ),
  ],
  [
    'double',
    fixed(
      1,
      (reader) => reader.double(),
      (writer, value) => writer.double(numberOf(value)),
    ),
  ],
  [
    'string',
    {
      wireType: 2,
      zero: '',
      read: (reader) => reader.text(),
      write: (writer, value) => writer.text(String(value)),
    },
  ],
  [
    'bytes',
    {
      wireType: 2,
      zero: '',
      read: (reader) => reader.bytes().toString('base64'),
      write: (writer, value) => writer.bytes(Buffer.from(String(value), 'base64')),
    },
  ],
]);

function varint(read: Scalar['read'], write: Scalar['write']): Scalar {
  return { wireType: 0, zero: 0, read, write };
}

function fixed(wireType: 1 | 5, read: Scalar['read'], write: Scalar['write']): Scalar {
  return { wireType, zero: 0, read, write };
}

/** The shortest number that a float of 32 bits stands for: 0.1 and not 0.10000000149011612. */
function floatOf(value: number): number {
  return Number.isFinite(value) ? Number(value.toPrecision(7)) : value;
}

function numberOf(value: unknown): number {
  const number = Number(value);
  if (Number.isNaN(number) && value !== 'NaN')
    throw new RangeError(`expected a number, found ${JSON.stringify(value)}`);
  return number;
}
