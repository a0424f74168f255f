import { type FileHandle, mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { type Claim, claimFile } from '../storage/storage.ts';
import { claimPath } from './filePath.ts';
import { openLogFile } from './openLogFile.ts';
import type { PlanTerms } from './planTerms.ts';
import type { Position } from './position.ts';
import { encodeTerms, fileMark } from './usageRecord.ts';

/** The files of one log, as they are written: one behind the other, each with the terms of all plans in front. */
export interface LogWriter {
  /**
   * Puts records behind what is committed, and commits them. What failed is put to the same place by the next attempt, so nothing is there
   * twice, and what was torn is covered.
   */
  put(records: Buffer): Promise<void>;
  /** Begins the next file when this one is long enough. */
  turn(): Promise<void>;
  /** Lets go of a file that could not be written; the next attempt opens it anew. */
  letGo(): Promise<void>;
  /** Lets go of the log as a whole: others may add it up. */
  close(): Promise<void>;
  /** Terms that no file has yet, as records; those of files that are begun later are in front anyway. */
  addTerms(terms: readonly PlanTerms[]): Buffer;
  committed(): Position;
  /** Bytes on disk that are not stored yet. */
  bytes(): number;
  setStored(position: Position): void;
}

export function createLogWriter({ folder, fileBytes }: { folder: string; fileBytes: number }): LogWriter {
  const known = new Map<string, Buffer>();
  const sizes = new Map<number, number>();
  let committed: Position = { file: 1, offset: 0 };
  let handle: FileHandle | null = null;
  let claim: Claim | null = null;
  let bytes = 0;

  async function letGo(): Promise<void> {
    const former = handle;
    handle = null;
    await former?.close();
  }

  return {
    async put(records) {
      claim ??= await claimLog(folder);
      handle ??= await openLogFile(folder, committed.file);
      const all = committed.offset > 0 ? records : Buffer.concat([fileMark, ...known.values(), records]);
      for (let at = 0; at < all.length; ) {
        const { bytesWritten } = await handle.write(all, at, all.length - at, committed.offset + at);
        at += bytesWritten;
      }
      await handle.datasync();
      committed = { file: committed.file, offset: committed.offset + all.length };
      sizes.set(committed.file, committed.offset);
      bytes += all.length;
    },
    async turn() {
      if (committed.offset < fileBytes) return;
      committed = { file: committed.file + 1, offset: 0 };
      await letGo();
    },
    letGo,
    async close() {
      await letGo();
      claim?.release();
      claim = null;
    },
    addTerms(terms) {
      const fresh = terms
        .filter(({ id }) => !known.has(id))
        .map((each) => [each.id, encodeTerms(each)] as const);
      for (const [id, encoded] of fresh) known.set(id, encoded);
      return Buffer.concat(fresh.map(([, encoded]) => encoded));
    },
    committed: () => committed,
    bytes: () => bytes,
    setStored(position) {
      for (const file of sizes.keys()) if (file < position.file) sizes.delete(file);
      const all = [...sizes.values()].reduce((sum, size) => sum + size, 0);
      bytes = all - (sizes.has(position.file) ? position.offset : 0);
    },
  };
}

/** Before there is a log: whoever finds one without a claim takes its process for ended. */
async function claimLog(folder: string): Promise<Claim> {
  await mkdir(dirname(folder), { recursive: true });
  const claim = claimFile(claimPath(folder));
  if (!claim) throw new Error('Another process has claimed the log of this one');
  return claim;
}
