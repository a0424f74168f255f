import { crc32 } from 'node:zlib';
import type { PlanTerms } from './planTerms.ts';
import {
  type Charged,
  fileMark,
  headerBytes,
  maxRecordBytes,
  termsKind,
  type UsageRecord,
  usageKind,
} from './usageRecord.ts';

export interface ReadRecords {
  readonly usage: readonly UsageRecord[];
  readonly terms: readonly PlanTerms[];
  /** How much of the buffer is whole records; less than all when the next one is cut off or damaged. */
  readonly bytes: number;
}

/** The records a buffer begins with, up to the first that is not whole. */
export function readRecords(buffer: Buffer): ReadRecords {
  const usage: UsageRecord[] = [];
  const terms: PlanTerms[] = [];
  let at = 0;
  for (;;) {
    const payload = payloadAt(buffer, at);
    if (!payload) return { usage, terms, bytes: at };
    if (payload[0] === usageKind) usage.push(readUsage(payload));
    if (payload[0] === termsKind) terms.push(JSON.parse(payload.toString('utf8', 1)) as PlanTerms);
    at += headerBytes + payload.length;
  }
}

function payloadAt(buffer: Buffer, at: number): Buffer | null {
  if (at + headerBytes > buffer.length) return null;
  const length = buffer.readUInt32LE(at);
  const end = at + headerBytes + length;
  if (length === 0 || length > maxRecordBytes || end > buffer.length) return null;
  const payload = buffer.subarray(at + headerBytes, end);
  return crc32(payload) === buffer.readUInt32LE(at + 4) ? payload : null;
}

function readUsage(payload: Buffer): UsageRecord {
  const idBytes = payload[17] ?? 0;
  let at = 18 + idBytes;
  const text = (): string => {
    const start = at + 2;
    at = start + payload.readUInt16LE(at);
    return payload.toString('utf8', start, at);
  };
  const charged: Charged = {
    consumer: text(),
    plan: text(),
    terms: text(),
    operation: text(),
    region: text(),
  };
  const id = payload.toString('latin1', 18, 18 + idBytes);
  return { id, units: payload.readDoubleLE(1), atMs: payload.readDoubleLE(9), ...charged };
}

/** A file of a log as a whole; for those who audit it. */
export function readLogFile(file: Buffer): ReadRecords {
  return readRecords(file.subarray(fileMark.length));
}
