import type { QueryPlan as ApolloQueryPlan } from '@apollo/query-planner';

/** How an operation is answered. */
export interface QueryPlan {
  /** Plain data as Apollo's planner makes it: `{ kind: 'QueryPlan', node }`, without a node when no subgraph is needed. */
  readonly plan: ApolloQueryPlan;
  /** The same for people. */
  readonly text: string;
}

/** A document and the supergraph to plan it for. */
export interface PlanRequest {
  readonly supergraphSdl: string;
  /** Names the supergraph: two SDLs with one hash are taken to be the same. */
  readonly supergraphHash: string;
  /** The document's text. */
  readonly document: string;
  readonly operationName: string | null;
}
