import { LRUCache } from 'lru-cache';
import { SingleFlight } from '../base/singleFlight.ts';
import type { Operation } from '../model/operation.ts';
import type { Supergraph } from '../model/supergraph.ts';
import type { Planning } from '../planning/planning.ts';
import { type CompiledOperation, type CompileParts, compileOperation } from './compileOperation.ts';
import { createDataNaming } from './dataNames.ts';
import { documentToPlan } from './documentToPlan.ts';
import type { ReadSupergraph } from './readSupergraph.ts';
import { createTypeMatcher } from './typeMatcher.ts';

/** Compiled operations kept per generation, by the characters of their documents: what is compiled grows with them. */
const maxOperationCharacters = 4_000_000;

/** The operations of one supergraph that have been planned and compiled. */
export interface CompiledOperations {
  /** At once for one that is kept; rejects as planning does. */
  get(operation: Operation, key: string): CompiledOperation | Promise<CompiledOperation>;
  dispose(): void;
}

/** Plans an operation in a worker and compiles it, once for each key. */
export function createCompiledOperations(
  supergraph: Supergraph,
  { read, planning }: { readonly read: ReadSupergraph; readonly planning: Pick<Planning, 'plan'> },
): CompiledOperations {
  const { apiSchema: schema, fullSchema, urls, types, interfaceObjects } = read;
  const parts: Omit<CompileParts, 'dataNames'> = {
    schema,
    urls,
    types,
    matches: createTypeMatcher(fullSchema),
  };
  const dataNamesOf = createDataNaming({ schema, fullSchema });
  const kept = new LRUCache<string, CompiledOperation>({ maxSize: maxOperationCharacters });
  const compiling = new SingleFlight<CompiledOperation>();
  const disposed = new AbortController();

  async function compile(operation: Operation, key: string): Promise<CompiledOperation> {
    const { document, text } = operation.document;
    const dataNames = dataNamesOf(document);
    const plan = await planning.plan(
      {
        supergraphSdl: supergraph.sdl,
        supergraphHash: supergraph.hash,
        document: documentToPlan(document, { schema, dataNames, interfaceObjects }),
        operationName: operation.name,
      },
      disposed.signal,
    );
    const compiled = compileOperation(operation, plan, { ...parts, dataNames });
    kept.set(key, compiled, { size: text.length + 1000 });
    return compiled;
  }

  return {
    get: (operation, key) => kept.get(key) ?? compiling.run(key, () => compile(operation, key)),
    dispose: () => disposed.abort(new Error('This generation is not in use any more')),
  };
}
