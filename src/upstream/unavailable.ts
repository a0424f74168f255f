import { type AnswerHead, mayHelpAgain } from './answerHead.ts';
import { CallFailure } from './callFailure.ts';

/** What stands in front of a subgraph says that it is not there. */
export function unavailable(subgraph: string, head: AnswerHead): CallFailure {
  const { status, retryAfterMs } = head;
  return new CallFailure('SUBGRAPH_UNREACHABLE', `Subgraph "${subgraph}" is not available.`, {
    detail: { status },
    fault: 'status',
    isRetryable: mayHelpAgain(head),
    retryAfterMs,
  });
}
