import { type FileHandle, mkdir, open } from 'node:fs/promises';
import { filePath } from './filePath.ts';

/** Opens a file to be written anywhere in it; whoever is told of it may rely on its being there after a power cut. */
export async function openLogFile(folder: string, file: number): Promise<FileHandle> {
  await mkdir(folder, { recursive: true });
  const path = filePath(folder, file);
  const handle = await open(path, 'r+').catch((failure: NodeJS.ErrnoException) => {
    if (failure.code === 'ENOENT') return open(path, 'wx+', 0o600);
    throw failure;
  });
  await syncFolder(folder);
  return handle;
}

async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return; // Windows cannot open a folder for fsync.
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
