import { LRUCache } from 'lru-cache';
import type { Clock } from '../base/clock.ts';
import { SingleFlight } from '../base/singleFlight.ts';
import type { Fallbacks } from '../model/fallbacks.ts';
import type { FetchCaches } from '../model/fetchCache.ts';
import type { Operation } from '../model/operation.ts';
import type { Supergraph } from '../model/supergraph.ts';
import type { Planning } from '../planning/planning.ts';
import type { ReadSupergraph } from '../supergraph/supergraph.ts';
import { type CompiledOperation, type CompileParts, compileOperation } from './compileOperation.ts';
import { createDataNaming } from './dataNames.ts';
import { documentToPlan } from './documentToPlan.ts';
import type { Answering } from './engine.ts';
import type { OverrideSet } from './overrideSets.ts';
import { createTypeMatcher } from './typeMatcher.ts';

/** Compiled operations kept per generation, by the characters of their documents and plans: what is compiled grows with them. */
const maxOperationCharacters = 8_000_000;

/** A compiled operation, and how it is answered. */
export interface PlannedOperation extends CompiledOperation {
  readonly how: Answering;
}

/** Names an operation together with the labels of `@override` that hold for it. */
export interface PlanKey extends Pick<OverrideSet, 'overrides'> {
  readonly key: string;
}

/** The operations of one supergraph that have been planned and compiled. */
export interface CompiledOperations {
  /** At once for one that is kept; rejects as planning does. */
  get(operation: Operation, asked: PlanKey): PlannedOperation | Promise<PlannedOperation>;
  size(): number;
  dispose(): void;
}

/** Plans an operation in a worker and compiles it, once for each key. */
export function createCompiledOperations(
  supergraph: Supergraph,
  parts: {
    readonly read: ReadSupergraph;
    readonly planning: Pick<Planning, 'plan'>;
    readonly clock: Pick<Clock, 'monotonicMs'>;
    readonly caches: FetchCaches | null;
    readonly fallbacks: () => Fallbacks;
  },
): CompiledOperations {
  const { read, planning, clock, caches, fallbacks } = parts;
  const { apiSchema: schema, fullSchema, urls, types, interfaceObjects } = read;
  const compileParts: Omit<CompileParts, 'dataNames'> = {
    schema,
    urls,
    types,
    matches: createTypeMatcher(fullSchema),
    caches,
    fallbacks,
  };
  const dataNamesOf = createDataNaming({ schema, fullSchema });
  const kept = new LRUCache<string, PlannedOperation>({ maxSize: maxOperationCharacters });
  const compiling = new SingleFlight<PlannedOperation>();
  const disposed = new AbortController();

  async function compile(operation: Operation, { key, overrides }: PlanKey): Promise<PlannedOperation> {
    const { document } = operation.withheld ?? operation.document;
    const dataNames = dataNamesOf(document);
    const withheld = operation.withheld?.fields;
    const startedMs = clock.monotonicMs();
    const plan = await planning.plan(
      {
        supergraphSdl: supergraph.sdl,
        supergraphHash: supergraph.hash,
        document: documentToPlan(document, { schema, dataNames, interfaceObjects, withheld }),
        operationName: operation.name,
        overrides,
        withText: true,
      },
      disposed.signal,
    );
    const planText = plan.text ?? '';
    const plannedMs = clock.monotonicMs() - startedMs;
    const how = { planText, plannedBy: plan.by, plannedMs, overrides: [...overrides.keys()] };
    const planned = { ...compileOperation(operation, plan, { ...compileParts, dataNames }), how };
    kept.set(key, planned, { size: operation.document.text.length + planText.length + 1000 });
    return planned;
  }

  return {
    get: (operation, asked) =>
      kept.get(asked.key) ?? compiling.run(asked.key, () => compile(operation, asked)),
    size: () => kept.size,
    dispose: () => disposed.abort(new Error('This generation is not in use any more')),
  };
}
