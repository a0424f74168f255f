import type { QueryPlan as ApolloQueryPlan } from '@apollo/query-planner';

/** How an operation is answered. */
export interface QueryPlan {
  /** Plain data as Apollo's planner makes it: `{ kind: 'QueryPlan', node }`, without a node when no subgraph is needed. */
  readonly plan: ApolloQueryPlan;
  /** The same for people, where that was wanted. */
  readonly text: string | null;
  /** Whose plan it is: Apollo's, or a plain one in the place of it. */
  readonly by: 'apollo' | 'plain';
}

export interface PlannedSupergraph {
  /** Handed to the planning thread once, when its planner is built. */
  readonly supergraphSdl: string;
  /** Names the supergraph: two SDLs with one hash are taken to be the same. */
  readonly supergraphHash: string;
}

/** A document and the supergraph to plan it for. */
export interface PlanRequest extends PlannedSupergraph {
  /** The document's text. */
  readonly document: string;
  readonly operationName: string | null;
  /** Labels of `@override(label:)` and whether they hold for this plan; those not named do not. */
  readonly overrides?: ReadonlyMap<string, boolean>;
  /** Whether the document is to be validated first; what clients send has been. */
  readonly validate?: boolean;
  /** Whether the plan is wanted as text too. */
  readonly withText?: boolean;
  /** `best`, unless said; `plain` wants the planner of our own alone. */
  readonly by?: 'best' | 'plain';
  /** A warm-up stands behind every request; `request` unless said. */
  readonly priority?: 'request' | 'warm';
}

/** What the planner knows of a supergraph. */
export interface SupergraphFacts {
  /** Every label of `@override(label:)`, such as `percent(20)`; sorted. */
  readonly overrideLabels: readonly string[];
}
