import { SluiceError } from '../base/errors.ts';

/** What a subgraph answered is no GraphQL result; `detail`, for the log, says what it was. */
export function malformedResponse(subgraph: string, detail: unknown): SluiceError {
  return new SluiceError(
    'SUBGRAPH_MALFORMED_RESPONSE',
    `Subgraph "${subgraph}" answered something that is not a GraphQL result.`,
    { detail },
  );
}
