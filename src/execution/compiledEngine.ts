import type { Clock } from '../base/clock.ts';
import type { Random } from '../base/random.ts';
import type { Fallbacks } from '../model/fallbacks.ts';
import type { Log } from '../model/log.ts';
import type { Operation } from '../model/operation.ts';
import type { Caller, CallSubgraph } from '../model/subgraphCall.ts';
import type { Supergraph } from '../model/supergraph.ts';
import type { Planning } from '../planning/planning.ts';
import { readSupergraph } from '../supergraph/supergraph.ts';
import { createCompiledOperations, type PlannedOperation } from './compiledOperations.ts';
import { createRunTogether } from './createRunTogether.ts';
import type { CachesOf, EngineResult } from './engine.ts';
import { KeptRuns } from './keptRuns.ts';
import { createOverrideSets, type OverrideSet } from './overrideSets.ts';
import type { Run } from './run.ts';
import { tellKeptPlan, tellNewPlan } from './tellPlan.ts';
import { WrittenData } from './writtenData.ts';

interface CompiledEngineParts {
  supergraph: Supergraph;
  call: CallSubgraph;
  identityOf: (caller: Caller) => string | null;
  cachesOf?: CachesOf;
  planning: Pick<Planning, 'plan'>;
  clock: Pick<Clock, 'monotonicMs'>;
  random: Random;
  log: Log;
  fallbacks?: () => Fallbacks;
}

/**
 * The engine of our own: an operation is planned in a worker and compiled once; after that a request runs constants and compiled
 * functions. The result is written once, as text. Queries under way that ask the same, down to the last header their calls send,
 * share one run.
 */
export function createCompiledEngine(parts: CompiledEngineParts) {
  const { supergraph, call, identityOf, planning, clock, fallbacks = noFallbacks } = parts;
  const read = readSupergraph(supergraph.sdl);
  const caches = parts.cachesOf?.(read.fullSchema) ?? null;
  const means = { read, planning, clock, caches, fallbacks };
  const operations = createCompiledOperations(supergraph, means);
  const overrideSets = createOverrideSets(read.overrideLabels, parts);
  const runTogether = createRunTogether(identityOf, caches && new KeptRuns(caches, parts));

  async function run(
    compiled: PlannedOperation,
    { kind, variables, caller }: Pick<Operation, 'kind' | 'variables'> & { caller: Caller },
  ): Promise<EngineResult> {
    const cacheFacts = kind === 'query' && caches?.isActive() ? [] : null;
    const conditions = compiled.conditionsOf(variables);
    const mayDegrade = kind === 'query';
    const state = freshRun({
      variables,
      conditions,
      caller,
      call,
      supergraphHash: supergraph.hash,
      cacheFacts,
      mayDegrade,
    });
    await compiled.run(state);
    const text = compiled.write(state);
    const data = text === 'null' ? null : new WrittenData(text);
    const { how } = compiled;
    const { requestId: runBy } = caller;
    const cached = cacheFacts === null ? {} : { cacheFacts };
    const result =
      state.errors.length > 0
        ? { data, errors: state.errors, how, runBy, ...cached }
        : { data, how, runBy, ...cached };
    return state.degraded ? { ...result, degraded: state.degraded } : result;
  }

  return {
    schema: read.apiSchema,
    urls: read.urls,
    async execute(operation: Operation, caller: Caller) {
      const { prefix, overrides } = overrideSets.draw();
      const key = keyOf(operation, prefix);
      const found = operations.get(operation, { key, overrides });
      const compiled = found instanceof Promise ? await planned(found, caller) : found;
      caller.notes?.decided('planning', compiled.how, found === compiled ? tellKeptPlan : tellNewPlan);
      const { kind, variables } = operation;
      const start = (given: Caller) => run(compiled, { kind, variables, caller: given });
      return await runTogether(start, { operation, key, caller });
    },
    async warm(operation: Operation) {
      await Promise.all(
        overrideSets.all.map(({ prefix, overrides }) =>
          operations.get(operation, { key: keyOf(operation, prefix), overrides }),
        ),
      );
    },
    keptOperations: operations.size,
    async dispose() {
      operations.dispose();
    },
  };
}

/** Waits for a plan; its trace shows how long. */
async function planned<Plan>(plan: Promise<Plan>, { notes }: Caller): Promise<Plan> {
  const step = notes?.trace?.begin('plan');
  try {
    return await plan;
  } finally {
    step?.end();
  }
}

const none: Fallbacks = { subgraphs: new Set(), types: new Set(), fields: new Map() };
const noFallbacks = (): Fallbacks => none;

type Asked = Omit<Run, 'data' | 'isShared' | 'errors' | 'waiting' | 'degraded'>;

function freshRun(asked: Asked): Run {
  const { variables, conditions, caller, call, supergraphHash, cacheFacts, mayDegrade } = asked;
  return {
    data: {},
    isShared: false,
    errors: [],
    variables,
    conditions,
    caller,
    call,
    supergraphHash,
    cacheFacts,
    waiting: [],
    mayDegrade,
    degraded: null,
  };
}

function keyOf({ document: { hash }, name }: Operation, prefix: OverrideSet['prefix']): string {
  return prefix + (name === null ? hash : `${hash} ${name}`);
}
