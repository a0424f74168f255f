import { type FileHandle, open } from 'node:fs/promises';
import { filePath } from './filePath.ts';
import { listFiles } from './listFiles.ts';
import type { PlanTerms } from './planTerms.ts';
import { isBefore, type Position } from './position.ts';
import { readRecords } from './readRecords.ts';
import { fileMark, type UsageRecord } from './usageRecord.ts';

export interface LogBatch {
  readonly usage: readonly UsageRecord[];
  readonly terms: readonly PlanTerms[];
  readonly from: Position;
  /** Where the next one begins. */
  readonly until: Position;
  /** Bytes behind the last whole record of a file that is not written any more; 0 as a rule. */
  readonly unreadable: number;
}

/** So much is read, and stored in one transaction: some thousand records. */
const maxBatchBytes = 512 * 1024;

/** The next records of a log from a position on, or null when there are none before its end. */
export async function readBatch(folder: string, from: Position, end: Position): Promise<LogBatch | null> {
  if (!isBefore(from, end)) return null;
  const isWhole = from.file < end.file; // nothing is added to the file any more
  const file = await openIfThere(filePath(folder, from.file));
  if (!file) return { usage: [], terms: [], from, until: await nextFile(folder, from, end), unreadable: 0 };
  try {
    const size = isWhole ? (await file.stat()).size : end.offset;
    const start = from.offset === 0 ? fileMark.length : from.offset;
    const bytes = Buffer.alloc(Math.max(0, Math.min(maxBatchBytes, size - start)));
    const { bytesRead } = await file.read(bytes, 0, bytes.length, start);
    const read = readRecords(bytes.subarray(0, bytesRead));
    const reached = start + read.bytes;
    const isEnd = read.bytes === 0 || reached >= size;
    const unreadable = isEnd ? Math.max(0, size - reached) : 0;
    const until =
      isEnd && isWhole
        ? { file: from.file + 1, offset: 0 }
        : { file: from.file, offset: isEnd ? size : reached };
    return { usage: read.usage, terms: read.terms, from, until, unreadable };
  } finally {
    await file.close();
  }
}

async function openIfThere(path: string): Promise<FileHandle | null> {
  try {
    return await open(path, 'r');
  } catch (failure) {
    if ((failure as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw failure;
  }
}

/** Files that are stored have been removed. */
async function nextFile(folder: string, { file }: Position, end: Position): Promise<Position> {
  const next = (await listFiles(folder)).find((each) => each > file);
  return next === undefined || next > end.file ? end : { file: next, offset: 0 };
}
