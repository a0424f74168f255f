import { LRUCache } from 'lru-cache';
import type { Random } from '../base/random.ts';
import { SingleFlight } from '../base/singleFlight.ts';
import type { Log } from '../model/log.ts';
import type { Operation } from '../model/operation.ts';
import type { Caller, CallSubgraph } from '../model/subgraphCall.ts';
import type { Supergraph } from '../model/supergraph.ts';
import type { Planning } from '../planning/planning.ts';
import { readSupergraph } from '../supergraph/supergraph.ts';
import { type CompiledOperation, compileOperation } from './compileOperation.ts';
import { createDataNaming } from './dataNames.ts';
import { documentToPlan } from './documentToPlan.ts';
import type { Answering } from './engine.ts';
import { createOverrideSets, type OverrideSet } from './overrideSets.ts';
import type { Run } from './run.ts';
import { createTypeMatcher } from './typeMatcher.ts';
import { WrittenData } from './writtenData.ts';

/** Compiled operations kept per generation, by the characters of their documents and plans: what is compiled grows with them. */
const maxOperationCharacters = 8_000_000;

interface PlannedOperation extends CompiledOperation {
  readonly how: Answering;
}

/**
 * The engine of our own: an operation is planned in a worker and compiled once; after that a request runs constants and compiled
 * functions. The result is written once, as text.
 */
export function createCompiledEngine(parts: {
  supergraph: Supergraph;
  call: CallSubgraph;
  planning: Pick<Planning, 'plan'>;
  random: Random;
  log: Log;
}) {
  const { supergraph, call, planning } = parts;
  const read = readSupergraph(supergraph.sdl);
  const { apiSchema: schema, fullSchema, urls, types, interfaceObjects } = read;
  const overrideSets = createOverrideSets(read.overrideLabels, parts);
  const compileParts = { schema, urls, types, matches: createTypeMatcher(fullSchema) };
  const dataNamesOf = createDataNaming({ schema, fullSchema });
  const compiled = new LRUCache<string, PlannedOperation>({ maxSize: maxOperationCharacters });
  const compiling = new SingleFlight<PlannedOperation>();
  const disposed = new AbortController();

  async function compile(
    operation: Operation,
    { key, overrides }: { readonly key: string } & Pick<OverrideSet, 'overrides'>,
  ): Promise<PlannedOperation> {
    const dataNames = dataNamesOf(operation.document.document);
    const plan = await planning.plan(
      {
        supergraphSdl: supergraph.sdl,
        supergraphHash: supergraph.hash,
        document: documentToPlan(operation.document.document, { schema, dataNames, interfaceObjects }),
        operationName: operation.name,
        overrides,
      },
      disposed.signal,
    );
    const how = { planText: plan.text, overrides: [...overrides.keys()] };
    const made = { ...compileOperation(operation, plan, { ...compileParts, dataNames }), how };
    compiled.set(key, made, { size: operation.document.text.length + plan.text.length + 1000 });
    return made;
  }

  function compiledFor(
    operation: Operation,
    { prefix, overrides }: OverrideSet,
  ): PlannedOperation | Promise<PlannedOperation> {
    const { hash } = operation.document;
    const key = prefix + (operation.name === null ? hash : `${hash} ${operation.name}`);
    return compiled.get(key) ?? compiling.run(key, () => compile(operation, { key, overrides }));
  }

  return {
    schema,
    urls: [...urls.values()],
    async execute(operation: Operation, caller: Caller) {
      const { conditionsOf, run, write, how } = await compiledFor(operation, overrideSets.draw());
      const { variables } = operation;
      const state: Run = {
        data: {},
        errors: [],
        variables,
        conditions: conditionsOf(variables),
        caller,
        call,
        supergraphHash: supergraph.hash,
      };
      await run(state);
      const text = write(state);
      const data = text === 'null' ? null : new WrittenData(text);
      return state.errors.length > 0 ? { data, errors: state.errors, how } : { data, how };
    },
    async warm(operation: Operation) {
      await Promise.all(overrideSets.all.map((set) => compiledFor(operation, set)));
    },
    async dispose() {
      disposed.abort(new Error('This generation is not in use any more'));
    },
  };
}
