import { SluiceError } from '../base/errors.ts';

/** A subgraph's answer is over the limit, as sent or once inflated. */
export function tooLargeResponse(subgraph: string, maxBytes: number): SluiceError {
  return new SluiceError(
    'SUBGRAPH_RESPONSE_TOO_LARGE',
    `The answer of subgraph "${subgraph}" is larger than ${maxBytes} bytes, the most that is read.`,
  );
}
