import type { Clock } from '../base/clock.ts';
import type { CallCause, CallFault } from '../model/subgraphCall.ts';
import type { Answer } from './answer.ts';
import type { Breaker } from './breaker.ts';
import { CallFailure } from './callFailure.ts';
import { CallNote } from './callNote.ts';
import { hangs } from './hangs.ts';
import { type Link, type Send, SentCall } from './sentCall.ts';

/** A call that took this much of its timeout was slow. */
const slowShare = 0.8;

/** Asks a subgraph that has been failing no more, but for a call now and then that finds out whether it is well again. */
export function breakCalls({ clock }: { clock: Clock }): Link {
  return (next) => (sent) => {
    const { route, note } = sent;
    const { breaker, settings } = route;
    const { mode } = settings.breaker;
    note.breaker = breaker.state;
    if (mode === 'off') return next(sent);
    const isQuery = sent.call.kind === 'query';
    const admission = breaker.admit(sent.sentAtMs, isQuery);
    if (admission === 'refused' && !isQuery && breaker.admit(sent.sentAtMs, true) === 'probe')
      probe(breaker, clock, sent, next);
    if (admission === 'refused' && mode === 'enforce') {
      route.refused.open += 1;
      note.cause = 'open';
      return Promise.reject(refusal(route.subgraph));
    }
    if (admission === 'probe') becomeProbe(sent);
    return admission === 'refused' ? next(sent) : counted(breaker, clock, sent, next);
  };
}

function counted(breaker: Breaker, clock: Clock, sent: SentCall, next: Send): Promise<Answer> {
  const { ticket } = breaker;
  const sentAtMs = sent.sentAtMs;
  const end = (fault: CallFault | null, retryAfterMs: number): void => {
    const nowMs = clock.monotonicMs();
    const ms = nowMs - sentAtMs;
    const slow = ms > sent.route.settings.timeoutMs * slowShare;
    breaker.end(nowMs, { ticket, fault, slow, ms, retryAfterMs });
  };
  return next(sent).then(
    (answer) => {
      end(answer.fault, answer.retryAfterMs);
      return answer;
    },
    (failure: unknown) => {
      if (sent.givenUp) {
        sent.note.cause = sent.givenUp.fault;
        throw sent.givenUp;
      }
      const known = failure instanceof CallFailure ? failure : null;
      const fault = asFault(known?.fault ?? null);
      // What was given up, or was nothing of the subgraph's, tells nothing.
      if (fault === null && (sent.signal.aborted || sent.isCut || known === null)) breaker.forget(ticket);
      else end(fault, known?.retryAfterMs ?? 0);
      throw failure;
    },
  );
}

/** One that hangs is not waited for any longer when another one goes. */
function becomeProbe(sent: SentCall): void {
  const { route } = sent;
  route.probing?.giveUp(hangs(route.subgraph));
  route.probing = sent;
  sent.isProbe = true;
}

/** Mutations are not risked: a call of our own goes in their place. */
function probe(
  breaker: Breaker,
  clock: Clock,
  { call, route, headers, sentAtMs }: SentCall,
  next: Send,
): void {
  const body = '{"query":"{ __typename }"}';
  const caller = { ...call.caller, signal: new AbortController().signal, notes: undefined };
  const asked = { ...call, kind: 'query', body, asked: undefined, caller } as const;
  const note = new CallNote(asked, sentAtMs);
  const sent = new SentCall({ call: asked, route, headers, note, trace: undefined });
  becomeProbe(sent);
  // Its failure is counted, and nobody else's.
  counted(breaker, clock, sent, next).catch(() => undefined);
}

function asFault(cause: CallCause | null): CallFault | null {
  return cause === 'open' || cause === 'overloaded' ? null : cause;
}

function refusal(subgraph: string): CallFailure {
  return new CallFailure(
    'CIRCUIT_OPEN',
    `Subgraph "${subgraph}" has been failing and is not asked for now.`,
    { fault: 'open' },
  );
}
