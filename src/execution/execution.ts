/**
 * Execution: answers an operation from the subgraphs. An engine belongs to one supergraph and holds all that was built from it; the
 * upstream, with its pools, outlives engines.
 *
 * Two engines stand behind one interface. `compiled` is ours: it plans an operation in a worker, compiles plan and selection into
 * functions (compileOperation), fetches and merges (compileFetch), and writes the result as text (compileWriter; completeResult where
 * there are errors). `reference` runs Apollo's gateway code, as the oracle of tests and to fall back on. With `verify` a sample of what
 * the one answers is compared with the other (verifyingEngine).
 */
import { z } from 'zod';
import type { Clock } from '../base/clock.ts';
import type { Random } from '../base/random.ts';
import type { Fallbacks } from '../model/fallbacks.ts';
import type { Log } from '../model/log.ts';
import type { Caller, CallSubgraph } from '../model/subgraphCall.ts';
import type { Supergraph } from '../model/supergraph.ts';
import type { Planning } from '../planning/planning.ts';
import { createCompiledEngine } from './compiledEngine.ts';
import type { CachesOf, Engine } from './engine.ts';
import { createReferenceThread } from './referenceThread.ts';
import { createVerifyingEngine } from './verifyingEngine.ts';

export type { CachesOf, Engine, EngineResult } from './engine.ts';
export { WrittenData } from './writtenData.ts';

export const executionOptions = z.strictObject({
  engine: z
    .enum(['compiled', 'reference'])
    .default('compiled')
    .describe(
      "Who answers operations: `compiled` is Sluice's own engine; `reference` runs Apollo's gateway code, to compare or to fall back on.",
    ),
  verify: z
    .number()
    .min(0)
    .max(1)
    .default(0)
    .describe(
      'The part of queries that also run on the reference engine, in a thread of its own, once their clients have been answered; differences are logged. 0.01 is one in a hundred; it has no effect where the reference engine answers.',
    ),
});

export type ExecutionOptions = z.output<typeof executionOptions>;

export interface EngineParts {
  readonly supergraph: Supergraph;
  readonly call: CallSubgraph;
  /** Equal for callers whose calls send the same besides what is asked, so that one run can answer them all; null to keep them apart. */
  readonly identityOf: (caller: Caller) => string | null;
  /** What is kept of answers to this supergraph's fetches; the reference engine keeps nothing. */
  readonly cachesOf?: CachesOf;
  readonly planning: Pick<Planning, 'plan'>;
  /** What stands in for what subgraphs cannot be asked for, as it is set now; nothing unless given. */
  readonly fallbacks?: () => Fallbacks;
  /** Decides which requests `@override(label: "percent(n)")` holds for. */
  readonly random: Random;
  readonly clock: Clock;
  readonly log: Log;
}

/** Builds the engine for one supergraph; rejects when its SDL cannot be served. */
export async function createEngine(
  { engine, verify }: ExecutionOptions,
  parts: EngineParts,
): Promise<Engine> {
  if (engine === 'compiled') {
    const compiled = createCompiledEngine(parts);
    if (verify === 0) return compiled;
    const reference = createReferenceThread(parts);
    return createVerifyingEngine({ ...parts, engine: compiled, reference, share: verify });
  }
  // Half a second and 60 MB of Apollo's code, loaded by those who use it only.
  const { createReferenceEngine } = await import('./reference.ts');
  return await createReferenceEngine(parts);
}
