import { SluiceError } from '../base/errors.ts';

/** A subgraph's answer is over the limit, as sent or once inflated; `most` is the limit with its unit. */
export function tooLargeResponse(subgraph: string, most: string): SluiceError {
  return new SluiceError(
    'SUBGRAPH_RESPONSE_TOO_LARGE',
    `The answer of subgraph "${subgraph}" is larger than ${most}, the most that is read.`,
  );
}
