import type { IncomingHttpHeaders } from 'node:http';

/** The logical request of one plan step to one subgraph; the upstream may need several tries for it. */
export interface SubgraphCall {
  readonly subgraph: string;
  readonly url: string;
  readonly kind: 'query' | 'mutation';
  /** The GraphQL request as JSON text. */
  readonly body: string;
  /** The client's headers; rules decide which of them travel on. */
  readonly clientHeaders: IncomingHttpHeaders;
  readonly requestId: string;
  /** Aborted when nobody waits for the answer any more. */
  readonly signal: AbortSignal;
}

/** A subgraph's answer, parsed; its shape below `data` is not checked yet. */
export interface SubgraphResult {
  readonly data: unknown;
  readonly errors: readonly unknown[] | null;
  readonly extensions: unknown;
}
