import { SluiceError } from '../base/errors.ts';
import type { OperationRequest } from '../model/operation.ts';

/** The operations of a batch. BATCH_LIMIT_EXCEEDED where there are too many, or batching is off. */
export function checkBatch(
  batch: readonly OperationRequest[],
  maxBatch: number,
): readonly OperationRequest[] {
  if (maxBatch === 0) {
    throw new SluiceError(
      'BATCH_LIMIT_EXCEEDED',
      'The body is a list: batching is off here (server.batch.max); send one object.',
    );
  }
  if (batch.length === 0) throw new SluiceError('BAD_REQUEST', 'The batch holds no operation.');
  if (batch.length > maxBatch) {
    throw new SluiceError(
      'BATCH_LIMIT_EXCEEDED',
      `The batch holds ${batch.length} operations; allowed: ${maxBatch}.`,
    );
  }
  return batch;
}
