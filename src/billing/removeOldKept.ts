import { rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { keptFolder } from './filePath.ts';
import { listNames } from './listFiles.ts';

/** Removes files of logs that were kept long enough. */
export async function removeOldKept(dir: string, { untilMs }: { readonly untilMs: number }): Promise<void> {
  const kept = keptFolder(dir);
  for (const name of await listNames(kept)) {
    const path = join(kept, name);
    const { mtimeMs } = await stat(path);
    if (mtimeMs < untilMs) await rm(path, { force: true });
  }
}
