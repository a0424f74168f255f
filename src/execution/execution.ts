/**
 * Execution: answers an operation from the subgraphs. An engine belongs to one supergraph and holds all that was built from it; the
 * upstream, with its pools, outlives engines.
 *
 * Two engines are foreseen behind this interface: `reference` runs Apollo's own gateway code, and `compiled` will run ours.
 */
import type { ExecutionResult, GraphQLSchema } from 'graphql';
import { z } from 'zod';
import type { Log } from '../model/log.ts';
import type { Operation } from '../model/operation.ts';
import type { Caller, CallSubgraph } from '../model/subgraphCall.ts';
import type { Supergraph } from '../model/supergraph.ts';
import { createReferenceEngine } from './reference.ts';

export const executionOptions = z.strictObject({
  engine: z
    .enum(['reference'])
    .default('reference')
    .describe("Who runs plans: `reference` is Apollo's gateway code, one instance per supergraph version."),
});

export type ExecutionOptions = z.output<typeof executionOptions>;

export interface Engine {
  /** The API schema: what clients see. */
  readonly schema: GraphQLSchema;
  /** The URLs this supergraph calls. */
  readonly urls: readonly string[];
  /** Runs a valid operation; faults of subgraphs become errors of the result. `caller` is who waits for it. */
  execute(operation: Operation, caller: Caller): Promise<ExecutionResult>;
  dispose(): Promise<void>;
}

/** Builds the engine for one supergraph; throws when its SDL cannot be served. */
export function createEngine(
  _options: ExecutionOptions,
  parts: { supergraph: Supergraph; call: CallSubgraph; log: Log },
): Promise<Engine> {
  return createReferenceEngine(parts);
}
