import type { IncomingHttpHeaders } from 'node:http';
import type { DecisionNotes } from './decision.ts';
import type { TraceStep } from './requestTrace.ts';
import type { Session } from './session.ts';

/** Who waits for an answer: what travels on to subgraphs, and how to learn that nobody waits any more. */
export interface Caller {
  readonly requestId: string;
  /** The client's headers; rules decide which of them travel on. */
  readonly headers: IncomingHttpHeaders;
  /** Whose claims rules may send along. */
  readonly session: Session;
  readonly signal: AbortSignal;
  /** Takes down what is done for it; absent where nobody counts that. */
  readonly notes?: CallNotes | undefined;
}

/** Takes down what is done for a caller, as it ends. */
export interface CallNotes extends DecisionNotes {
  /** What calls for it are a part of; null where nobody collects traces. */
  readonly trace?: TraceStep | null;
  noteCall(fact: CallFact): void;
  /** The same was being asked by somebody else, whose run answers this caller too. */
  noteJoinedRun(): void;
}

/** How a call to a subgraph went, for one of those who waited for it. */
export interface CallFact {
  readonly subgraph: string;
  /** When it was asked for; monotonic milliseconds. */
  readonly startedAtMs: number;
  /** From when it was asked for until its answer was read. */
  readonly ms: number;
  /** Of the answer's body, as it came; 0 for a call that was joined. */
  readonly bytes: number;
  /** Why it failed, or else the code of the first error in its result; null when all went well, or nobody waited any more. */
  readonly code: string | null;
  /** It was made for somebody else, for whom it counts as a call. */
  readonly joined: boolean;
}

/** The logical request of one plan step to one subgraph; the upstream may need several tries for it. */
export interface SubgraphCall {
  readonly subgraph: string;
  readonly url: string;
  readonly kind: 'query' | 'mutation' | 'subscription';
  /** The GraphQL request as JSON text. */
  readonly body: string;
  readonly caller: Caller;
  /** Hash of the supergraph it was planned for: calls of different ones are never taken for the same. */
  readonly supergraphHash: string;
}

/** A subgraph's answer, parsed; its shape below `data` is not checked yet. */
export interface SubgraphResult {
  readonly data: unknown;
  readonly errors: readonly unknown[] | null;
  readonly extensions: unknown;
}

/** Rejects with SUBGRAPH_UNREACHABLE, SUBGRAPH_TIMEOUT, SUBGRAPH_MALFORMED_RESPONSE or SUBGRAPH_RESPONSE_TOO_LARGE. */
export type CallSubgraph = (call: SubgraphCall) => Promise<SubgraphResult>;
