import type { Arrival, ArrivedRoute } from '../model/arrival.ts';
import type { Admitted, Refusal } from '../request/request.ts';
import type { Answer } from './respond.ts';

/** What a request came with, as far as a door reads it. */
export interface Sent {
  readonly method: string;
  readonly search: string;
  /** Inflated, and within its limits. */
  readBody(): Promise<Buffer>;
}

/** How clients speak to the gateway: as GraphQL over HTTP, or by a route. All doors lead to the one pipeline. */
export interface Door {
  /** Null where operations are sent as GraphQL. */
  readonly route: ArrivedRoute | null;
  /** What is asked; called once it is known who asks. */
  readAsked(sent: Sent): ReturnType<Arrival['readAsked']>;
  /** Steps 2 to 4 of an admitted request. */
  answer(admitted: Admitted): Promise<Answer>;
  refuse(refusal: Refusal, arrival: Arrival): Answer;
  /** The answer with all its header fields, as it is sent; as it is, unless given. */
  finish?(answer: Answer, arrival: Arrival): Answer;
}
