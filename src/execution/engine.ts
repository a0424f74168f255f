import type { GraphQLError, GraphQLSchema } from 'graphql';
import type { DegradedPart } from '../model/fallbacks.ts';
import type { CacheFact, FetchCaches } from '../model/fetchCache.ts';
import type { Operation } from '../model/operation.ts';
import type { Caller } from '../model/subgraphCall.ts';
import type { QueryPlan } from '../planning/planning.ts';
import type { WrittenData } from './writtenData.ts';

/** A GraphQL result; `data` is null when nothing could be had, and missing when nothing was executed. */
export interface EngineResult {
  readonly data?: WrittenData | Readonly<Record<string, unknown>> | null;
  readonly errors?: readonly GraphQLError[];
  /** How it was answered, where the engine knows. */
  readonly how?: Answering;
  /** The request whose run it was. */
  readonly runBy?: string;
  /** What was kept of it, fetch by fetch; absent where nothing is. */
  readonly cacheFacts?: readonly CacheFact[];
  /** Fetches that failed and had something to stand in for them. */
  readonly degraded?: readonly DegradedPart[];
  /** To be called once the client has its answer. */
  readonly afterwards?: () => void;
}

/** What is kept of answers to fetches, by the schema with all types; null where nothing is. */
export type CachesOf = (fullSchema: GraphQLSchema) => FetchCaches | null;

export interface Answering {
  /** The plan that ran, for people. */
  readonly planText: string;
  readonly plannedBy: QueryPlan['by'];
  /** How long that took when it was done. */
  readonly plannedMs: number;
  /** The labels of `@override` that held. */
  readonly overrides: readonly string[];
}

export interface Engine {
  /** The API schema: what clients see. */
  readonly schema: GraphQLSchema;
  /** The subgraphs this supergraph calls, with their routing URLs. */
  readonly urls: ReadonlyMap<string, string>;
  /** Runs a valid operation; faults of subgraphs become errors of the result. `caller` is who waits for it. */
  execute(operation: Operation, caller: Caller): Promise<EngineResult>;
  /** Gets an operation ready that is likely to come; rejects as `execute` would when it cannot be planned. */
  warm(operation: Operation): Promise<void>;
  /** Operations that are kept ready; where it keeps any. */
  keptOperations?(): number;
  dispose(): Promise<void>;
}
