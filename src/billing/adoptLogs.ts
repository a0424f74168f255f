import { join } from 'node:path';
import { claimFile } from '../storage/storage.ts';
import { claimPath } from './filePath.ts';
import { listFiles, listNames } from './listFiles.ts';
import { isBefore } from './position.ts';
import { removeLog, retireFile } from './retireFile.ts';
import { type StoredLog, type StoreLogParts, storeLog } from './storeLog.ts';

export interface AdoptQuestion {
  /** The log of who asks. */
  readonly own: string;
  readonly nowMs: number;
  /** Whether files are kept for a while. */
  readonly isKept: boolean;
}

/** Adds up logs whose processes have ended, and removes them; whoever claims one first has it. Gives how many records that were. */
export async function adoptLogs(
  { own, nowMs, isKept }: AdoptQuestion,
  parts: StoreLogParts,
): Promise<number> {
  const { dir } = parts;
  let records = 0;
  const names = await listNames(dir);
  const left = names.filter((name) => instanceName.test(name) && name !== own);
  for (const instance of left) {
    const folder = join(dir, instance);
    const claim = claimFile(claimPath(folder));
    if (!claim) continue; // It is being written.
    try {
      const files = await listFiles(folder);
      const last = files.at(-1);
      if (last !== undefined) {
        const end = { file: last + 1, offset: 0 };
        let stored: StoredLog;
        do {
          stored = await storeLog({ instance, end, nowMs, isLeft: true }, parts);
          records += stored.records;
        } while (stored.records > 0 && isBefore(stored.until, end));
      }
      for (const file of files) await retireFile(folder, file, isKept);
      await removeLog(folder);
      await forgetLog({ instance }, parts.tables);
    } finally {
      claim.release();
    }
  }
  return records;
}

export const instanceName = /^[0-9a-f]{16}$/;

/** The mark goes after the log: the other way round the log could be added up twice. */
export async function forgetLog(
  { instance }: { readonly instance: string },
  { database }: StoreLogParts['tables'],
): Promise<void> {
  await database.deleteFrom('billing_marks').where('instance', '=', instance).execute();
}
