import { join } from 'node:path';

/** The files of a log; each process that bills has a log of its own in `<dir>/<instance>/`, and a claim on it. */
export function filePath(folder: string, file: number): string {
  return join(folder, `${String(file).padStart(10, '0')}.log`);
}

export function claimPath(folder: string): string {
  return `${folder}.claim`;
}

/** For files that are kept once they are stored. */
export function keptFolder(dir: string): string {
  return join(dir, 'kept');
}
