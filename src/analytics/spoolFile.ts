import { readFile, rm } from 'node:fs/promises';
import { writeDurably } from '../base/writeDurably.ts';
import type { UsageBatch } from './usageBatch.ts';

/** Where a run that ends while the store takes nothing leaves what it has counted. */
export interface SpoolFile {
  /** Nothing when there is no file. */
  read(): Promise<readonly UsageBatch[]>;
  write(batches: readonly UsageBatch[]): Promise<void>;
  remove(): Promise<void>;
}

export function createSpoolFile(path: string): SpoolFile {
  let isThere = false;
  return {
    async read() {
      try {
        const text = await readFile(path, 'utf8');
        isThere = true;
        return JSON.parse(text) as readonly UsageBatch[];
      } catch (failure) {
        if ((failure as NodeJS.ErrnoException).code === 'ENOENT') return [];
        throw failure;
      }
    },
    write: (batches) => writeDurably(path, JSON.stringify(batches)),
    async remove() {
      if (isThere) await rm(path, { force: true });
      isThere = false;
    },
  };
}
