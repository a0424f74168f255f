import type { GraphQLError } from 'graphql';
import type { DegradedPart } from '../model/fallbacks.ts';
import type { CacheFact } from '../model/fetchCache.ts';
import type { Caller, CallSubgraph } from '../model/subgraphCall.ts';
import type { DataObject } from './ownValue.ts';
import type { WaitingFetch } from './waitingFetch.ts';

/** One execution of a compiled operation. */
export interface Run {
  /** What has come so far, merged; under response names. */
  readonly data: DataObject;
  /** Whether an object of the data may stand in several places at once. */
  isShared: boolean;
  readonly errors: GraphQLError[];
  /** As the client sent them. */
  readonly variables: Readonly<Record<string, unknown>>;
  /** Boolean variables with their defaults. */
  readonly conditions: ReadonlyMap<string, boolean>;
  readonly caller: Caller;
  readonly call: CallSubgraph;
  readonly supergraphHash: string;
  /** What is told of the cache, fetch by fetch; null where it is not asked. */
  readonly cacheFacts: CacheFact[] | null;
  /** Whether defaults may stand in for what fails: not for mutations. */
  readonly mayDegrade: boolean;
  /** Fetches that failed and had something to stand in for them; null for none. */
  degraded: DegradedPart[] | null;
  /** Entity fetches that are ready and not sent yet. */
  waiting: WaitingFetch[];
}

/** A compiled step of a plan; resolves when it and all below it are done, and never rejects for a subgraph's sake. */
export type RunStep = (run: Run) => Promise<void>;
