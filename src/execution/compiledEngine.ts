import { createJoinFlights } from '../base/joinFlights.ts';
import type { Operation } from '../model/operation.ts';
import type { Caller, CallSubgraph } from '../model/subgraphCall.ts';
import type { Supergraph } from '../model/supergraph.ts';
import type { Planning } from '../planning/planning.ts';
import { createCompiledOperations } from './compiledOperations.ts';
import type { CompiledOperation } from './compileOperation.ts';
import type { EngineResult } from './engineResult.ts';
import { readSupergraph } from './readSupergraph.ts';
import type { Run } from './run.ts';
import { WrittenData } from './writtenData.ts';

/** For a client that went away. */
const nobodyWaits: EngineResult = { data: null };

/**
 * The engine of our own: an operation is planned in a worker and compiled once; after that a request runs constants and compiled
 * functions. The result is written once, as text. Queries under way that ask the same, down to the last header their calls send,
 * share one run.
 */
export function createCompiledEngine(parts: {
  supergraph: Supergraph;
  call: CallSubgraph;
  identityOf: (caller: Caller) => string | null;
  planning: Pick<Planning, 'plan'>;
}) {
  const { supergraph, call, identityOf, planning } = parts;
  const read = readSupergraph(supergraph.sdl);
  const operations = createCompiledOperations(supergraph, { read, planning });
  const runs = createJoinFlights<EngineResult>();

  async function run(
    compiled: CompiledOperation,
    { variables, caller }: { variables: Operation['variables']; caller: Caller },
  ): Promise<EngineResult> {
    const state: Run = {
      data: {},
      isShared: false,
      errors: [],
      variables,
      conditions: compiled.conditionsOf(variables),
      caller,
      call,
      supergraphHash: supergraph.hash,
      waiting: [],
    };
    await compiled.run(state);
    const text = compiled.write(state);
    const data = text === 'null' ? null : new WrittenData(text);
    return state.errors.length > 0 ? { data, errors: state.errors } : { data };
  }

  return {
    schema: read.apiSchema,
    urls: [...read.urls.values()],
    async execute(operation: Operation, caller: Caller) {
      const key = keyOf(operation);
      const found = operations.get(operation, key);
      const compiled = found instanceof Promise ? await found : found;
      const { kind, variables } = operation;
      const identity = kind === 'query' ? identityOf(caller) : null;
      if (identity === null) return run(compiled, { variables, caller });
      const start = (signal: AbortSignal) => {
        const { requestId, headers } = caller;
        return run(compiled, { variables, caller: { requestId, headers, signal } });
      };
      try {
        return await runs.join(`${key}\n${identity}\n${JSON.stringify(variables)}`, caller, start);
      } catch (failure) {
        if (caller.signal.aborted) return nobodyWaits;
        throw failure;
      }
    },
    async warm(operation: Operation) {
      await operations.get(operation, keyOf(operation));
    },
    async dispose() {
      operations.dispose();
    },
  };
}

function keyOf({ document: { hash }, name }: Operation): string {
  return name === null ? hash : `${hash} ${name}`;
}
