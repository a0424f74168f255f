import type { Clock } from '../base/clock.ts';
import type { Log } from '../model/log.ts';
import { type BusiestOperations, createBusiestOperations } from './busiestOperations.ts';
import { createOperationsFile } from './operationsFile.ts';

/** The busiest operations, of this run and of those before. */
export interface KeptOperations extends Pick<BusiestOperations, 'count' | 'best'> {
  /** Writes what was counted last. */
  close(): Promise<void>;
}

const writeEveryMs = 30_000;
/** What was asked an hour ago counts half. */
const halfLifeMs = 3_600_000;
const fading = 0.5 ** (writeEveryMs / halfLifeMs);

/**
 * Counts operations, and keeps the busiest in a file: written every half minute and at the end, if anything was counted. A file that
 * cannot be read is warned of and replaced, one that cannot be written is tried again; neither stops anybody.
 */
export async function createKeptOperations(
  file: string,
  { clock, log }: { readonly clock: Clock; readonly log: Pick<Log, 'warn'> },
): Promise<KeptOperations> {
  const operations = createBusiestOperations();
  const onDisk = createOperationsFile(file);
  let isChanged = false;
  let isFailing = false;
  let writing: Promise<void> = Promise.resolve();
  let timer = clock.after(writeEveryMs, again);

  async function write(): Promise<void> {
    if (!isChanged) return;
    isChanged = false;
    try {
      await onDisk.write(operations.best());
      isFailing = false;
    } catch (err) {
      isChanged = true;
      if (!isFailing) log.warn({ err, file }, 'the busiest operations cannot be kept on disk');
      isFailing = true;
    }
  }

  function again(): void {
    operations.fade(fading);
    writing = write();
    timer = clock.after(writeEveryMs, again);
  }

  try {
    operations.restore(await onDisk.read());
  } catch (err) {
    log.warn(
      { err, file },
      'the busiest operations of the last run cannot be read; they will be counted anew',
    );
  }
  return {
    best: operations.best,
    count(operation) {
      isChanged = true;
      operations.count(operation);
    },
    async close() {
      timer.cancel();
      await writing;
      await write();
    },
  };
}
