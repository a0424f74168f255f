import { errorCatalogue, isErrorCode } from '../../base/errors.ts';

/** What a subgraph may say of its caller that HTTP has a status for. */
const statusOfCallersFault = new Map([
  ['BAD_USER_INPUT', 400],
  ['UNAUTHENTICATED', 401],
  ['FORBIDDEN', 403],
  ['NOT_FOUND', 404],
  ['CONFLICT', 409],
]);

/**
 * The status of an error in a result, which is 200 in GraphQL. 429 and 503 stay for what the gateway says of its callers and of itself, so a
 * subgraph that could not answer, whatever it said or was, is a 502, and one that did not in time a 504.
 */
export function statusOfCode(code: unknown, { identified }: { readonly identified: boolean }): number {
  if (code === 'UNAUTHORIZED_FIELD_OR_TYPE') return identified ? 403 : 401;
  if (code === 'SUBGRAPH_TIMEOUT') return 504;
  const status = statusOfCallersFault.get(String(code));
  if (status !== undefined) return status;
  return isErrorCode(code) && errorCatalogue[code].status === 500 ? 500 : 502;
}
