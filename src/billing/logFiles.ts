import { type FileHandle, mkdir, open, readdir, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

/** A place in a log: which file, and how many bytes into it. */
export interface Position {
  /** Counts from 1. */
  readonly file: number;
  readonly offset: number;
}

export const logStart: Position = { file: 1, offset: 0 };

export function isBefore(one: Position, other: Position): boolean {
  return one.file < other.file || (one.file === other.file && one.offset < other.offset);
}

/** The files of a log; each process that bills has a log of its own in `<dir>/<instance>/`, and a claim on it. */
export function filePath(folder: string, file: number): string {
  return join(folder, `${String(file).padStart(10, '0')}.log`);
}

export function claimPath(folder: string): string {
  return `${folder}.claim`;
}

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

/** Puts a file aside whose records are stored, for a while, or removes it. */
export async function retireFile(folder: string, file: number, isKept: boolean): Promise<void> {
  const path = filePath(folder, file);
  if (!isKept) return await rm(path, { force: true });
  const kept = keptFolder(dirname(folder));
  await mkdir(kept, { recursive: true });
  await rename(path, join(kept, `${basename(folder)}-${basename(path)}`));
}

export function keptFolder(dir: string): string {
  return join(dir, 'kept');
}

export async function removeLog(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true });
  await rm(claimPath(folder), { force: true });
}
