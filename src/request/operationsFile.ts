import { readFile, stat } from 'node:fs/promises';
import { z } from 'zod';
import { sha256 } from '../base/sha256.ts';
import { writeDurably } from '../base/writeDurably.ts';
import { type BusyOperation, maxBest, maxTextLength } from './busiestOperations.ts';

/** A million characters as JSON, escapes included. */
const maxBytes = 8 * 1024 ** 2;

const operationsSchema = z
  .array(
    z.strictObject({
      text: z.string().max(maxTextLength),
      name: z.string().nullable(),
      score: z.number().nonnegative(),
    }),
  )
  .max(maxBest);
const envelopeSchema = z.strictObject({ sha256: z.string(), operations: operationsSchema });

/** Operations in a file, the busiest first. */
export interface OperationsFile {
  /** Empty when there is no file; throws when it is not what was written. */
  read(): Promise<readonly BusyOperation[]>;
  write(operations: readonly BusyOperation[]): Promise<void>;
}

export function createOperationsFile(path: string): OperationsFile {
  return {
    async read() {
      try {
        if ((await stat(path)).size > maxBytes) throw new Error(`it is larger than ${maxBytes} bytes`);
        const { sha256: checksum, operations } = envelopeSchema.parse(
          JSON.parse(await readFile(path, 'utf8')),
        );
        if (checksumOf(operations) !== checksum) throw new Error('its checksum is wrong');
        return operations;
      } catch (failure) {
        if (failure instanceof Error && 'code' in failure && failure.code === 'ENOENT') return [];
        throw failure;
      }
    },
    write: (operations) => writeDurably(path, JSON.stringify({ sha256: checksumOf(operations), operations })),
  };
}

function checksumOf(operations: readonly BusyOperation[]): string {
  return sha256(JSON.stringify(operations));
}
