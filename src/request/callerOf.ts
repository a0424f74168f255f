import type { Arrival } from '../model/arrival.ts';
import type { Session } from '../model/session.ts';
import type { Caller, CallNotes } from '../model/subgraphCall.ts';

interface CallerParts {
  readonly arrival: Arrival;
  readonly session: Session;
  readonly notes: CallNotes;
}

/** Who waits for what subgraphs answer. */
export function callerOf(parts: CallerParts): Caller {
  return new ArrivedCaller(parts);
}

/** Asks for the signal when it is needed: most requests that share a run never need one. */
class ArrivedCaller implements Caller {
  readonly requestId: string;
  readonly headers: Caller['headers'];
  readonly session: Session;
  readonly notes: CallNotes;
  readonly deadlineMs: number | undefined;
  readonly #arrival: Arrival;

  constructor({ arrival, session, notes }: CallerParts) {
    this.requestId = arrival.requestId;
    this.headers = arrival.headers;
    this.session = session;
    this.notes = notes;
    this.deadlineMs = arrival.deadlineMs;
    this.#arrival = arrival;
  }

  get signal(): AbortSignal {
    return this.#arrival.signal;
  }
}
