import { copyFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { Log } from '../model/log.ts';
import type { PartTables } from '../storage/storage.ts';
import type { BilledNames } from './billedNames.ts';
import type { BillingTables } from './billingTables.ts';
import { filePath } from './filePath.ts';
import { isBefore, type Position } from './position.ts';
import { type LogBatch, readBatch } from './readBatch.ts';
import { readMark, storeBatch } from './storeBatch.ts';

export interface StoreLogParts {
  readonly tables: PartTables<BillingTables>;
  readonly names: BilledNames;
  /** Holds the folders of all logs. */
  readonly dir: string;
  readonly log: Log;
}

interface StoreLogQuestion {
  readonly instance: string;
  readonly end: Position;
  readonly nowMs: number;
  /** Whether its last file may be torn: its process was killed. */
  readonly isLeft?: boolean;
}

export interface StoredLog {
  readonly until: Position;
  readonly records: number;
}

/**
 * Adds a log up until its end, a batch after the other, from where the store says that it has been; gives how far it came, and how many
 * records it stored on the way; not to its end when the store failed after some. Done again, by whomever, it changes nothing.
 */
export async function storeLog(question: StoreLogQuestion, parts: StoreLogParts): Promise<StoredLog> {
  const { instance, end, nowMs } = question;
  const { tables, names, dir } = parts;
  const folder = join(dir, instance);
  let records = 0;
  let mark = await readMark(tables.database, instance);
  try {
    for (let batch = await readBatch(folder, mark, end); batch; batch = await readBatch(folder, mark, end)) {
      if (batch.unreadable > 0) await tellUnreadable(batch, question, parts);
      await names.load(batch.usage, nowMs);
      const told = { instance, nowMs, nameOf: names.nameOf };
      const next = batch;
      const isStored = await tables.change((transaction) => storeBatch(transaction, next, told));
      if (isStored) records += batch.usage.length;
      mark = isStored ? batch.until : await readMark(tables.database, instance);
    }
  } catch (failure) {
    if (records === 0) throw failure;
    return { until: mark, records }; // Whoever goes on from there meets it again.
  }
  return { until: isBefore(mark, end) ? mark : end, records };
}

/** What a killed process was writing is torn, as a rule; anything else is damage, and kept to be looked at. */
async function tellUnreadable(
  { from: { file }, unreadable }: LogBatch,
  { instance, end, isLeft = false }: StoreLogQuestion,
  { dir, log }: StoreLogParts,
): Promise<void> {
  if (isLeft && file === end.file - 1) {
    log.warn(
      { instance, file, bytes: unreadable },
      'The log of billing ends in a torn record, which was cut off',
    );
    return;
  }
  const path = filePath(join(dir, instance), file);
  const keptAs = join(dir, `damaged-${instance}-${basename(path)}`);
  await copyFile(path, keptAs);
  log.error({ keptAs, bytes: unreadable }, 'The log of billing is damaged: the rest of a file is not billed');
}
