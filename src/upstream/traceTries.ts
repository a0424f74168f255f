import { SluiceError } from '../base/errors.ts';
import type { Answer } from './answer.ts';
import type { Link } from './sentCall.ts';

/** Shows every try in the trace of whom the call is made for; the subgraph goes on under it. */
export function traceTries(): Link {
  return (next) => (sent) => {
    const { note, signal, trace } = sent;
    if (!trace) return next(sent);
    const { instance, breaker, tries: number } = note;
    const shown = trace.beginTry({ instance, breaker, number });
    sent.traceHeaders = shown.headers;
    return next(sent).then(
      (answer: Answer) => {
        shown.end({ status: answer.status, code: answer.fault === null ? null : String(answer.status) });
        return answer;
      },
      (failure: unknown) => {
        // What nobody waits for any more did not fail.
        shown.end({ status: null, code: signal.aborted ? null : SluiceError.from(failure).code });
        throw failure;
      },
    );
  };
}
