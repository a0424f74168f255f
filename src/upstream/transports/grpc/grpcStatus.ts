import type { SluiceError } from '../../../base/errors.ts';
import { CallFailure } from '../../callFailure.ts';
import { tooLate } from '../../tooLate.ts';
import { unavailable } from '../../unavailable.ts';
import { fieldFault } from '../translated/fieldFault.ts';
import type { GrpcReply } from './tryOverGrpc.ts';

/** Statuses that are about what was asked: the service's message is for who asked. */
const refusals: ReadonlyMap<number, string> = new Map([
  [3, 'BAD_USER_INPUT'], // INVALID_ARGUMENT
  [5, 'NOT_FOUND'],
  [6, 'CONFLICT'], // ALREADY_EXISTS
  [7, 'FORBIDDEN'], // PERMISSION_DENIED
  [9, 'BAD_USER_INPUT'], // FAILED_PRECONDITION
  [10, 'CONFLICT'], // ABORTED
  [11, 'BAD_USER_INPUT'], // OUT_OF_RANGE
  [16, 'UNAUTHENTICATED'],
]);

const cancelled = 1;
const deadlineExceeded = 4;
const resourceExhausted = 8;
const unimplemented = 12;
const notAvailable = 14;

/** What a gRPC status that is not OK means: an error of the field, or a failure of the call. */
export function grpcStatus({ status, message }: GrpcReply, subgraph: string, isCut: boolean): SluiceError {
  const code = refusals.get(status);
  if (code !== undefined)
    return fieldFault(code, message || `Subgraph "${subgraph}" refused this with status ${status}.`, {
      status,
    });
  if (status === deadlineExceeded || status === cancelled) return tooLate(subgraph, isCut);
  if (status === notAvailable) return unavailable(subgraph, { status: 503, retryAfterMs: 0 });
  if (status === resourceExhausted) return unavailable(subgraph, { status: 429, retryAfterMs: 0 });
  if (status === unimplemented)
    return fieldFault('SUBGRAPH_ERROR', `Subgraph "${subgraph}" does not have this method.`, { message });
  return new CallFailure('SUBGRAPH_ERROR', `Subgraph "${subgraph}" failed.`, {
    detail: { status, message },
    fault: 'status',
  });
}
