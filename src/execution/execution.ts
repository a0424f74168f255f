/**
 * Execution: answers an operation from the subgraphs. An engine belongs to one supergraph and holds all that was built from it; the
 * upstream, with its pools, outlives engines.
 *
 * Two engines stand behind one interface. `compiled` is ours: it plans an operation in a worker, compiles plan and selection into
 * functions (compileOperation), fetches and merges (compileFetch), and writes the result as text (compileWriter; completeResult where
 * there are errors). `reference` runs Apollo's gateway code, as the oracle of tests and to fall back on.
 */
import type { GraphQLSchema } from 'graphql';
import { z } from 'zod';
import type { Log } from '../model/log.ts';
import type { Operation } from '../model/operation.ts';
import type { Caller, CallSubgraph } from '../model/subgraphCall.ts';
import type { Supergraph } from '../model/supergraph.ts';
import type { Planning } from '../planning/planning.ts';
import { createCompiledEngine } from './compiledEngine.ts';
import type { EngineResult } from './engineResult.ts';

export type { EngineResult } from './engineResult.ts';
export { WrittenData } from './writtenData.ts';

export const executionOptions = z.strictObject({
  engine: z
    .enum(['compiled', 'reference'])
    .default('compiled')
    .describe(
      "Who answers operations: `compiled` is Sluice's own engine; `reference` runs Apollo's gateway code, to compare or to fall back on.",
    ),
});

export type ExecutionOptions = z.output<typeof executionOptions>;

export interface Engine {
  /** The API schema: what clients see. */
  readonly schema: GraphQLSchema;
  /** The URLs this supergraph calls. */
  readonly urls: readonly string[];
  /** Runs a valid operation; faults of subgraphs become errors of the result. `caller` is who waits for it. */
  execute(operation: Operation, caller: Caller): Promise<EngineResult>;
  /** Gets an operation ready that is likely to come; rejects as `execute` would when it cannot be planned. */
  warm(operation: Operation): Promise<void>;
  dispose(): Promise<void>;
}

export interface EngineParts {
  readonly supergraph: Supergraph;
  readonly call: CallSubgraph;
  /** Equal for callers whose calls send the same besides what is asked, so that one run can answer them all; null to keep them apart. */
  readonly identityOf: (caller: Caller) => string | null;
  readonly planning: Pick<Planning, 'plan'>;
  readonly log: Log;
}

/** Builds the engine for one supergraph; rejects when its SDL cannot be served. */
export async function createEngine({ engine }: ExecutionOptions, parts: EngineParts): Promise<Engine> {
  if (engine === 'compiled') return createCompiledEngine(parts);
  // Half a second and 60 MB of Apollo's code, loaded by those who use it only.
  const { createReferenceEngine } = await import('./reference.ts');
  return await createReferenceEngine(parts);
}
