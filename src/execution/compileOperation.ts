import {
  type FragmentDefinitionNode,
  GraphQLError,
  type GraphQLObjectType,
  type GraphQLSchema,
  Kind,
  type OperationDefinitionNode,
} from 'graphql';
import type { Operation } from '../model/operation.ts';
import type { QueryPlan } from '../planning/planning.ts';
import { clientPaths } from './clientPaths.ts';
import { type Conditions, conditionVariables } from './collectFields.ts';
import { compilePlan } from './compilePlan.ts';
import { compileWriter, unfit, type WriteObject } from './compileWriter.ts';
import { completeResult } from './completeResult.ts';
import type { DataNames } from './dataNames.ts';
import { createIntrospection } from './introspection.ts';
import { limitErrors, maxErrors } from './limitErrors.ts';
import type { Run, RunStep } from './run.ts';
import type { TypeMatcher } from './typeMatcher.ts';

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
}

/** Writers are made for each set of condition values that occurs; with many variables there could be too many to keep. */
const maxWriters = 32;

export function compileOperation(
  operation: Operation,
  { plan }: QueryPlan,
  parts: CompileParts,
): CompiledOperation {
  const { definition } = operation;
  const fragments = fragmentsOf(operation);
  const selectionSets = [
    definition.selectionSet,
    ...[...fragments.values()].map(({ selectionSet }) => selectionSet),
  ];
  const conditionDefaults = defaultsOf(definition, conditionVariables(selectionSets));
  const type = rootType(parts.schema, definition);
  const steps = compilePlan(plan.node?.kind === 'Subscription' ? undefined : plan.node, parts);
  const introspect = createIntrospection(operation, parts.schema);
  const writers = new Map<string, WriteObject>();
  const { selectionSet } = definition;
  const { dataNames } = parts;
  const collect = { schema: parts.schema, fragments, dataNames };

  function writerFor(conditions: Conditions): WriteObject {
    const key = [...conditions.values()].join();
    const known = writers.get(key);
    if (known) return known;
    const writer = compileWriter({ ...collect, conditions }, type, selectionSet);
    if (writers.size < maxWriters) writers.set(key, writer);
    return writer;
  }

  return {
    conditionsOf: (variables) => valuesOf(conditionDefaults, variables),
    async run(run) {
      introspect?.(run);
      await steps(run);
      const told: GraphQLError[] = [];
      for (const error of run.errors) {
        if (told.length > maxErrors) break;
        const { conditions, data } = run;
        told.push(...clientErrors(error, { ...collect, selectionSet, conditions, data }));
      }
      if (told.length > 0) run.errors.splice(0, run.errors.length, ...limitErrors(told));
    },
    write(run) {
      try {
        return writerFor(run.conditions)(run.data);
      } catch (thrown) {
        // Scalars may nest too deep to be written.
        if (thrown !== unfit && !(thrown instanceof RangeError)) throw thrown;
        const context = { ...collect, conditions: run.conditions };
        const { text, errors } = completeResult(context, { type, selectionSet }, run);
        run.errors.splice(0, run.errors.length, ...limitErrors([...run.errors, ...errors]));
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

function fragmentsOf({ document }: Operation): ReadonlyMap<string, FragmentDefinitionNode> {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const definition of document.document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition);
  }
  return fragments;
}

function rootType(schema: GraphQLSchema, { operation }: OperationDefinitionNode): GraphQLObjectType {
  const type = schema.getRootType(operation);
  if (!type) throw new Error(`The schema has no type for a ${operation}`);
  return type;
}

function defaultsOf(definition: OperationDefinitionNode, names: readonly string[]): Conditions {
  return new Map(
    names.map((name) => {
      const variable = definition.variableDefinitions?.find(
        (candidate) => candidate.variable.name.value === name,
      );
      return [name, variable?.defaultValue?.kind === Kind.BOOLEAN && variable.defaultValue.value];
    }),
  );
}

function valuesOf(defaults: Conditions, variables: Readonly<Record<string, unknown>>): Conditions {
  if (defaults.size === 0) return defaults;
  return new Map(
    [...defaults].map(([name, value]) => [
      name,
      Object.hasOwn(variables, name) ? variables[name] === true : value,
    ]),
  );
}
