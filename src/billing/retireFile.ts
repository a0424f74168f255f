import { mkdir, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { claimPath, filePath, keptFolder } from './filePath.ts';

/** Puts a file aside whose records are stored, for a while, or removes it. */
export async function retireFile(folder: string, file: number, isKept: boolean): Promise<void> {
  const path = filePath(folder, file);
  if (!isKept) return await rm(path, { force: true });
  const kept = keptFolder(dirname(folder));
  await mkdir(kept, { recursive: true });
  await rename(path, join(kept, `${basename(folder)}-${basename(path)}`));
}

export async function removeLog(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true });
  await rm(claimPath(folder), { force: true });
}
