import type { IncomingHttpHeaders } from 'node:http';
import type { Session } from './session.ts';

/** Who waits for an answer: what travels on to subgraphs, and how to learn that nobody waits any more. */
export interface Caller {
  readonly requestId: string;
  /** The client's headers; rules decide which of them travel on. */
  readonly headers: IncomingHttpHeaders;
  /** Whose claims rules may send along. */
  readonly session: Session;
  readonly signal: AbortSignal;
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
