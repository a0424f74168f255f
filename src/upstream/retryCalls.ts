import type { Clock } from '../base/clock.ts';
import type { Random } from '../base/random.ts';
import type { Answer } from './answer.ts';
import { CallFailure } from './callFailure.ts';
import type { Link, Send, SentCall } from './sentCall.ts';

interface RetryParts {
  readonly clock: Clock;
  readonly random: Random;
}

/**
 * Sends again what failed on its way: queries; a mutation only when no byte of it was sent. Not beyond the budget, nor while a breaker
 * doubts the subgraph, nor when it could not be back in time.
 */
export function retryCalls(parts: RetryParts): Link {
  return (next) => (sent) => {
    sent.route.budget.noteCall(sent.sentAtMs);
    return next(sent).then(
      (answer) => (answer.isRetryable ? again(sent, answer, { ...parts, next }) : answer),
      (failure: unknown) => again(sent, failure, { ...parts, next }),
    );
  };
}

/** Throws, or gives back, what came last when it is not to be tried again. */
async function again(
  sent: SentCall,
  first: Answer | unknown,
  { clock, random, next }: RetryParts & { next: Send },
): Promise<Answer> {
  const { route, note } = sent;
  const { max, delay, maxDelay } = route.settings.retry;
  let last = first;
  for (let done = 0; done < max && isWorthIt(sent, last); done += 1) {
    const longestMs = Math.min(delay * 2 ** done, maxDelay);
    const waitMs = Math.max(random() * longestMs, (last as CallFailure | Answer).retryAfterMs);
    const nowMs = clock.monotonicMs();
    if (nowMs + waitMs >= sent.deadlineMs || !route.budget.take(nowMs)) break;
    if (!(await waited(waitMs, sent, clock))) break;
    route.retries += 1;
    note.cause = null;
    sent.sentAtMs = clock.monotonicMs();
    try {
      const answer = await next(sent);
      if (!answer.isRetryable) return answer;
      last = answer;
    } catch (failure) {
      last = failure;
    }
  }
  if (isAnswer(last)) return last;
  throw last;
}

function isWorthIt({ call, route, isProbe, signal }: SentCall, last: unknown): boolean {
  if (isProbe || signal.aborted) return false;
  const { mode } = route.settings.breaker;
  if (mode === 'enforce' && route.breaker.state !== 'closed') return false;
  if (call.kind !== 'query') return last instanceof CallFailure && last.isUnsent;
  return isAnswer(last) || (last instanceof CallFailure && last.isRetryable);
}

function isAnswer(last: unknown): last is Answer {
  return !(last instanceof Error);
}

/** False when nobody waits for the call any more. */
function waited(ms: number, { signal }: SentCall, clock: Clock): Promise<boolean> {
  return new Promise((resolve) => {
    const end = (): void => {
      timer.cancel();
      signal.removeEventListener('abort', end);
      resolve(!signal.aborted);
    };
    const timer = clock.after(ms, end);
    signal.addEventListener('abort', end, { once: true });
    if (signal.aborted) end();
  });
}
