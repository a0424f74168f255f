import { DatabaseSync } from 'node:sqlite';

export interface Claim {
  release(): void;
}

/**
 * Claims a file for this process until it is released or the process ends, however it ends; null when somebody has it. The lock is
 * SQLite's: Node has none of its own, and a number in a file does not end with its process.
 */
export function claimFile(path: string): Claim | null {
  const database = new DatabaseSync(path, { timeout: 0 });
  try {
    database.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE');
    return { release: () => database.close() };
  } catch (failure) {
    database.close();
    if ((failure as { errcode?: number }).errcode === busy) return null;
    throw failure;
  }
}

const busy = 5;
