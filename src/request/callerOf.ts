import type { Arrival } from '../model/arrival.ts';
import type { Session } from '../model/session.ts';
import type { Caller } from '../model/subgraphCall.ts';

/** Who waits for what subgraphs answer. */
export function callerOf({ arrival, session }: { arrival: Arrival; session: Session }): Caller {
  return new ArrivedCaller(arrival, session);
}

/** Asks for the signal when it is needed: most requests that share a run never need one. */
class ArrivedCaller implements Caller {
  readonly requestId: string;
  readonly headers: Caller['headers'];
  readonly session: Session;
  readonly #arrival: Arrival;

  constructor(arrival: Arrival, session: Session) {
    this.requestId = arrival.requestId;
    this.headers = arrival.headers;
    this.session = session;
    this.#arrival = arrival;
  }

  get signal(): AbortSignal {
    return this.#arrival.signal;
  }
}
