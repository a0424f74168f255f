import type { TraceCall, TraceTry } from '../model/requestTrace.ts';
import type { SubgraphCall } from '../model/subgraphCall.ts';
import type { Answer } from './answer.ts';
import type { CallFailure } from './callFailure.ts';
import type { CallNote } from './callNote.ts';
import type { CallHeaders } from './headerRules.ts';
import type { Instance } from './instance.ts';
import type { Route } from './route.ts';

interface SentCallParts {
  readonly call: SubgraphCall;
  readonly route: Route;
  readonly headers: CallHeaders;
  readonly note: CallNote;
  readonly trace: TraceCall | undefined;
}

/** For a request without a deadline of its own. */
const never = Number.POSITIVE_INFINITY;
/** The gateway's own time, to write what was had until the deadline. */
const marginMs = 50;

/** A call on its way through the chain: what is asked, and what was decided about it. One a call, whoever shares it. */
export class SentCall {
  readonly call: SubgraphCall;
  readonly route: Route;
  readonly headers: CallHeaders;
  readonly note: CallNote;
  /** Of the first who asked: whoever joins the call has its tries there. */
  readonly trace: TraceCall | undefined;
  /** By which the subgraph goes on with the trace, under the last try. */
  traceHeaders: TraceTry['headers'] | undefined = undefined;
  /** By when the answer has to be there; monotonic. */
  readonly deadlineMs: number;
  /** Whether the subgraph gets less than its timeout, since the request has to be answered earlier: being late is no fault then. */
  readonly isCut: boolean;
  /** Aborted when nobody waits any more, and when it is given up. */
  signal: AbortSignal;
  /** Aborts the signal; null for what is not given up before its time: a mutation may have run. */
  abort: ((reason: CallFailure) => void) | null = null;
  /** Among those on their way. */
  place = 0;
  /** Why it was not waited for any longer. */
  givenUp: CallFailure | null = null;
  /** Where the last try went. */
  instance: Instance | null = null;
  isProbe = false;
  /** When it got its turn, or was tried again. */
  sentAtMs: number;

  constructor({ call, route, headers, note, trace }: SentCallParts) {
    const startedMs = note.startedAtMs;
    this.call = call;
    this.route = route;
    this.headers = headers;
    this.note = note;
    this.trace = trace;
    this.sentAtMs = startedMs;
    this.signal = call.caller.signal;
    const ownMs = startedMs + route.settings.timeoutMs;
    const givenMs = (call.caller.deadlineMs ?? never) - marginMs;
    this.isCut = givenMs < ownMs;
    this.deadlineMs = this.isCut ? givenMs : ownMs;
  }

  giveUp(reason: CallFailure): void {
    if (this.abort === null || this.givenUp !== null) return;
    this.givenUp = reason;
    this.abort(reason);
  }
}

/** Sends a call; rejects with its failure, and throws nothing. */
export type Send = (sent: SentCall) => Promise<Answer>;

/** One decision about calls, around all that come after it. */
export type Link = (next: Send) => Send;
