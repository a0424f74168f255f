import { readdir } from 'node:fs/promises';

/** The numbers of the files there are, in order. */
export async function listFiles(folder: string): Promise<readonly number[]> {
  const names = await listNames(folder);
  return names
    .flatMap((name) => (/^\d{10}\.log$/.test(name) ? [Number.parseInt(name, 10)] : []))
    .sort((one, other) => one - other);
}

/** The names in a folder; none where there is no such folder. */
export async function listNames(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder);
  } catch (failure) {
    if ((failure as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw failure;
  }
}
