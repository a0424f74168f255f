import { join } from 'node:path';
import { claimFile } from '../storage/storage.ts';
import { claimPath } from './filePath.ts';
import { listFiles, listNames } from './listFiles.ts';
import { removeLog, retireFile } from './retireFile.ts';
import { type StoreLogParts, storeLog } from './storeLog.ts';

export interface AdoptQuestion {
  /** The log of who asks. */
  readonly own: string;
  readonly nowMs: number;
  /** Whether files are kept for a while. */
  readonly isKept: boolean;
}

/** Adds up logs whose processes have ended, and removes them; whoever claims one first has it. */
export async function adoptLogs({ own, nowMs, isKept }: AdoptQuestion, parts: StoreLogParts): Promise<void> {
  const { dir } = parts;
  const names = await listNames(dir);
  const left = names.filter((name) => instanceName.test(name) && name !== own);
  for (const instance of left) {
    const folder = join(dir, instance);
    const claim = claimFile(claimPath(folder));
    if (!claim) continue; // It is being written.
    try {
      const files = await listFiles(folder);
      const last = files.at(-1);
      if (last !== undefined)
        await storeLog({ instance, end: { file: last + 1, offset: 0 }, nowMs, isLeft: true }, parts);
      for (const file of files) await retireFile(folder, file, isKept);
      await removeLog(folder);
      await forgetLog({ instance }, parts.tables);
    } finally {
      claim.release();
    }
  }
}

export const instanceName = /^[0-9a-f]{16}$/;

/** The mark goes after the log: the other way round the log could be added up twice. */
export async function forgetLog(
  { instance }: { readonly instance: string },
  { database }: StoreLogParts['tables'],
): Promise<void> {
  await database.deleteFrom('billing_marks').where('instance', '=', instance).execute();
}
