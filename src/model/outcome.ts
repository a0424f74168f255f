import type { GraphQLSchema } from 'graphql';
import type { Arrival } from './arrival.ts';
import type { Decision } from './decision.ts';
import type { Operation } from './operation.ts';
import type { OperationOutcome } from './operationOutcome.ts';
import type { RequestTrace } from './requestTrace.ts';
import type { Session } from './session.ts';

/** What became of one request: written down exactly once, refusals and clients that left included. */
export interface Outcome {
  readonly arrival: Arrival;
  /** Null when the request was refused before its caller was known. */
  readonly session: Session | null;
  /** The operations that were understood; several in a batch, none when the request was refused before. */
  readonly operations: readonly Operation[];
  /** What became of each thing asked; none when the request was refused before that could be read. */
  readonly asked: readonly OperationOutcome[];
  /** What its documents were held against; null when no supergraph was asked. */
  readonly schema: GraphQLSchema | null;
  /** The supergraph that was asked: its version in the registry, if any, and its hash. */
  readonly supergraph: { readonly version: number | null; readonly hash: string } | null;
  /** Codes of all errors, each once. */
  readonly codes: readonly string[];
  /** Settings of the rules that refused it, or an operation of its batch. */
  readonly refusedBy: readonly string[];
  /** Settings of the rules that only log and would have refused it. */
  readonly wouldRefuse: readonly string[];
  /** What was decided for it, in the order it was. */
  readonly decisions: readonly Decision[];
  /** Why it was refused or failed, for the log only. */
  readonly reason: unknown;
  readonly stepMs: StepMs;
  /** Null where nobody collects traces. */
  readonly trace: RequestTrace | null;
  readonly totalMs: number;
  readonly response: {
    readonly status: number;
    /** Body bytes written, after compression. */
    readonly bytes: number;
    /** Whether the client took the whole response; false when it went away. */
    readonly finished: boolean;
    /** The gateway ended the connection itself, since it had to stop: nobody but itself is to blame. */
    readonly cut?: boolean;
  };
}

/** Milliseconds spent in each step of the pipeline; a batch adds up. */
export interface StepMs {
  admit: number;
  identify: number;
  prepare: number;
  answer: number;
}
