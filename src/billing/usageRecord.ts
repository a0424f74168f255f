import { crc32 } from 'node:zlib';
import type { PlanTerms } from './planTerms.ts';

/**
 * A file of the log is `fileMark`, then records: length and CRC-32 of what follows, 4 bytes each, little-endian, then a byte for the
 * kind. Terms come before the first usage under them, in each file.
 *
 *   usage: units and wall milliseconds as doubles; the id (a byte for its length); then as UTF-8 texts (two bytes for the length)
 *          consumer, plan, id of the terms, operation, region
 *   terms: JSON
 */
export const fileMark = Buffer.from('SLUBILL1');
export const headerBytes = 8;

export const usageKind = 1;
export const termsKind = 2;

/** Longer is no record. */
export const maxRecordBytes = 8192;

/** Who asked what, under which terms: the same for many records, so it is encoded once for all of them. */
export interface Charged {
  readonly consumer: string;
  readonly plan: string;
  readonly terms: string;
  readonly operation: string;
  readonly region: string;
}

export interface UsageRecord extends Charged {
  /** Of the request, and which of its operations, when it was a batch. */
  readonly id: string;
  readonly units: number;
  readonly atMs: number;
}

const maxTextBytes = 1024;

export function encodeCharged({ consumer, plan, terms, operation, region }: Charged): Buffer {
  return Buffer.concat(
    [consumer, plan, terms, operation, region].map((text) => {
      const bytes = Buffer.from(text).subarray(0, maxTextBytes);
      const length = Buffer.alloc(2);
      length.writeUInt16LE(bytes.length);
      return Buffer.concat([length, bytes]);
    }),
  );
}

const maxIdBytes = 200;
const usageHeadBytes = headerBytes + 1 + 8 + 8 + 1;

/** At most so many bytes. */
export function usageBytes(id: string, charged: Buffer): number {
  return usageHeadBytes + Math.min(id.length, maxIdBytes) + charged.length;
}

/** Writes a record into a buffer that has room for it; gives where it ends. The id is ASCII. */
export function writeUsage(
  buffer: Buffer,
  start: number,
  { id, units, atMs, charged }: { id: string; units: number; atMs: number; charged: Buffer },
): number {
  const idBytes = Math.min(id.length, maxIdBytes);
  let at = start + headerBytes;
  buffer[at] = usageKind;
  buffer.writeDoubleLE(units, at + 1);
  buffer.writeDoubleLE(atMs, at + 9);
  buffer[at + 17] = idBytes;
  at += 18;
  buffer.write(id, at, idBytes, 'latin1');
  at += idBytes;
  buffer.set(charged, at);
  at += charged.length;
  return frame(buffer, start, at);
}

export function encodeTerms(terms: PlanTerms): Buffer {
  const text = Buffer.from(JSON.stringify(terms));
  const buffer = Buffer.alloc(headerBytes + 1 + text.length);
  buffer[headerBytes] = termsKind;
  buffer.set(text, headerBytes + 1);
  frame(buffer, 0, buffer.length);
  return buffer;
}

function frame(buffer: Buffer, start: number, end: number): number {
  buffer.writeUInt32LE(end - start - headerBytes, start);
  buffer.writeUInt32LE(crc32(buffer.subarray(start + headerBytes, end)), start + 4);
  return end;
}
