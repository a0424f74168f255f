import { GraphQLError, type GraphQLSchema } from 'graphql';
import type { Fallbacks } from '../model/fallbacks.ts';
import type { FetchCaches } from '../model/fetchCache.ts';
import type { Operation } from '../model/operation.ts';
import type { QueryPlan } from '../planning/planning.ts';
import { clientPaths } from './clientPaths.ts';
import type { Conditions } from './collectFields.ts';
import { compilePlan } from './compilePlan.ts';
import { compileWithheld, type WithheldIn } from './compileWithheld.ts';
import { compileWriter, unfit, type WriteData } from './compileWriter.ts';
import { completeResult } from './completeResult.ts';
import type { DataNames } from './dataNames.ts';
import { createIntrospection } from './introspection.ts';
import { limitErrors, maxErrors } from './limitErrors.ts';
import type { Run, RunStep } from './run.ts';
import type { TypeMatcher } from './typeMatcher.ts';
import { wholeOperation } from './wholeOperation.ts';

/** An operation as functions, made once for each document and operation name of a generation. */
export interface CompiledOperation {
  /** Boolean variables that conditions depend on, with the operation's defaults for them. */
  conditionsOf(variables: Readonly<Record<string, unknown>>): Conditions;
  /** Fetches and merges all that is needed. */
  readonly run: RunStep;
  /** The text of `data`, when all has come; adds errors of completion to the run. */
  write(run: Run): string;
}

export interface CompileParts {
  readonly dataNames: DataNames;
  readonly schema: GraphQLSchema;
  readonly urls: ReadonlyMap<string, string>;
  /** Subgraph → names of the types it has. */
  readonly types: ReadonlyMap<string, ReadonlySet<string>>;
  readonly matches: TypeMatcher;
  readonly caches: FetchCaches | null;
  readonly fallbacks: () => Fallbacks;
}

/** Writers are made for each set of condition values that occurs; with many variables there could be too many to keep. */
const maxWriters = 32;

export function compileOperation(
  operation: Operation,
  { plan }: QueryPlan,
  parts: CompileParts,
): CompiledOperation {
  const { type, selectionSet, fragments, withheld, conditionsOf } = wholeOperation(operation, parts.schema);
  const steps = compilePlan(plan.node?.kind === 'Subscription' ? undefined : plan.node, parts);
  const introspect = createIntrospection(operation, parts.schema);
  const writers = new Map<string, Writer>();
  const { dataNames } = parts;
  const collect = { schema: parts.schema, fragments, dataNames, withheld };

  function writerFor(conditions: Conditions): Writer {
    const key = [...conditions.values()].join();
    const known = writers.get(key);
    if (known) return known;
    const context = { ...collect, conditions };
    const writer = {
      write: compileWriter(context, type, selectionSet),
      withheldIn: withheld ? compileWithheld(context, type, selectionSet) : null,
    };
    if (writers.size < maxWriters) writers.set(key, writer);
    return writer;
  }

  return {
    conditionsOf,
    async run(run) {
      introspect?.(run);
      await steps(run);
      const told: GraphQLError[] = [];
      for (const error of run.errors) {
        if (told.length > maxErrors) break;
        const { conditions, data } = run;
        told.push(...clientErrors(error, { ...collect, type, selectionSet, conditions, data }));
      }
      if (told.length > 0) run.errors.splice(0, run.errors.length, ...limitErrors(told));
    },
    write(run) {
      try {
        const { write, withheldIn } = writerFor(run.conditions);
        const text = write(run.data, run.isShared);
        if (withheldIn) run.errors.push(...withheldIn(run.data));
        return text;
      } catch (thrown) {
        // Scalars may nest too deep to be written.
        if (thrown !== unfit && !(thrown instanceof RangeError)) throw thrown;
        const context = { ...collect, conditions: run.conditions };
        const { text, errors, withheld: places } = completeResult(context, { type, selectionSet }, run);
        run.errors.splice(0, run.errors.length, ...limitErrors([...run.errors, ...errors]), ...places);
        return text;
      }
    },
  };
}

/** An error of a place in the data, as errors of the places in the client's result. */
function clientErrors(
  error: GraphQLError,
  operation: Parameters<typeof clientPaths>[1],
): readonly GraphQLError[] {
  if (!error.path) return [error];
  return clientPaths(error.path, operation).map(
    (path) =>
      new GraphQLError(error.message, {
        ...(path.length > 0 ? { path } : {}),
        originalError: error.originalError,
        extensions: error.extensions,
      }),
  );
}

interface Writer {
  readonly write: WriteData;
  /** The errors of what the session may not see in data that was written; null where it sees all. */
  readonly withheldIn: WithheldIn | null;
}
