import type { SourceLocation } from 'graphql';
import type { ErrorCode } from '../base/errors.ts';
import type { AskedPlan } from './planner.ts';
import type { QueryPlan, SupergraphFacts } from './queryPlan.ts';

/** To the worker. It keeps what it is told to load until it is told to forget it; a document's planner has been loaded before. */
export type PlanCommand =
  | { readonly kind: 'load'; readonly supergraphHash: string; readonly supergraphSdl: string }
  | { readonly kind: 'forget'; readonly supergraphHash: string }
  | ({
      readonly kind: 'plan';
      readonly supergraphHash: string;
      /** A plan whose JSON has more characters is refused. */
      readonly maxCharacters: number;
    } & AskedPlan);

/** From the worker: one for each load and each plan, in order. */
export type PlanReply =
  | { readonly kind: 'loaded'; readonly facts: SupergraphFacts }
  /** The plan as JSON: read by the gateway's thread in half the time of a structured clone. */
  | ({ readonly kind: 'planned'; readonly planJson: string; readonly isWorn: boolean } & Pick<
      QueryPlan,
      'text' | 'by'
    >)
  /** Apollo's planner took too long, and there is no plain plan. */
  | { readonly kind: 'unplanned' }
  /** The document's own fault; the message is for its author. */
  | {
      readonly kind: 'refused';
      readonly code: ErrorCode;
      readonly message: string;
      /** Where in the document, counted from 1; empty when it is not about a place. */
      readonly locations: readonly SourceLocation[];
    }
  /** A fault of ours or of the planner; for the log. */
  | { readonly kind: 'failed'; readonly detail: string };
