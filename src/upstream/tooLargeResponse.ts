import { CallFailure } from './callFailure.ts';

/** A subgraph's answer is over the limit, as sent or once inflated; `most` is the limit with its unit. It is well: it did as it was asked. */
export function tooLargeResponse(subgraph: string, most: string): CallFailure {
  return new CallFailure(
    'SUBGRAPH_RESPONSE_TOO_LARGE',
    `The answer of subgraph "${subgraph}" is larger than ${most}, the most that is read.`,
    { fault: null },
  );
}
