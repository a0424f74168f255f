import { type ErrorCode, isErrorCode, SluiceError } from '../../../base/errors.ts';

/** Longer messages of services are cut. */
const maxMessageLength = 4096;

/** What a service says is wrong with one request, as an error of the field that asked; `code` may be the service's own. */
export function fieldFault(code: string, message: string, detail?: unknown): SluiceError {
  const known: ErrorCode = isErrorCode(code) ? code : 'SUBGRAPH_ERROR';
  return new SluiceError(known, message.slice(0, maxMessageLength), {
    extensions: { code: code.slice(0, 128) },
    detail,
  });
}
