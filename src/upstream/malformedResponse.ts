import { type AnswerHead, mayHelpAgain } from './answerHead.ts';
import { CallFailure } from './callFailure.ts';

/**
 * What a subgraph answered cannot be read; `detail`, for the log, says what it was. A 4xx is about the request, so it says nothing
 * about the subgraph's health.
 */
export function malformedResponse(
  subgraph: string,
  detail: unknown,
  head: AnswerHead = { status: 200, retryAfterMs: 0 },
  what = 'something that is not a GraphQL result',
): CallFailure {
  const { status, retryAfterMs } = head;
  const isRequestsFault = status >= 400 && status < 500;
  return new CallFailure('SUBGRAPH_MALFORMED_RESPONSE', `Subgraph "${subgraph}" answered ${what}.`, {
    detail,
    fault: isRequestsFault ? null : status >= 500 ? 'status' : 'malformed',
    isRetryable: mayHelpAgain(head),
    retryAfterMs,
  });
}
