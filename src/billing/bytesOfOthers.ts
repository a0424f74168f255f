import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { instanceName } from './adoptLogs.ts';
import { filePath } from './filePath.ts';
import { listFiles, listNames } from './listFiles.ts';

/** The size of all logs but this one: what processes left that have ended, and what others on this folder still write. */
export async function bytesOfOthers(dir: string, own: string): Promise<number> {
  const names = (await listNames(dir)).filter((name) => instanceName.test(name) && name !== own);
  let bytes = 0;
  for (const name of names) {
    const folder = join(dir, name);
    for (const file of await listFiles(folder)) bytes += await sizeOf(filePath(folder, file));
  }
  return bytes;
}

async function sizeOf(path: string): Promise<number> {
  try {
    return (await stat(path)).size;
  } catch (failure) {
    if ((failure as NodeJS.ErrnoException).code === 'ENOENT') return 0; // It has been stored meanwhile.
    throw failure;
  }
}
