import {
  type DocumentNode,
  type FragmentDefinitionNode,
  type GraphQLObjectType,
  type GraphQLSchema,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql';
import type { Operation, Withheld } from '../model/operation.ts';
import { type Conditions, conditionVariables } from './collectFields.ts';

/** What a result is written from: all that the client asked, with what its session may not see. */
export interface WholeOperation {
  readonly type: GraphQLObjectType;
  readonly selectionSet: SelectionSetNode;
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  readonly withheld: Withheld['fields'] | undefined;
  /** Boolean variables that conditions depend on, with the operation's defaults for them. */
  conditionsOf(variables: Operation['variables']): Conditions;
}

export function wholeOperation(operation: Operation, schema: GraphQLSchema): WholeOperation {
  const { definition, document } = operation.withheld ?? { ...operation, ...operation.document };
  const { selectionSet } = definition;
  const fragments = fragmentsOf(document);
  const selectionSets = [selectionSet, ...[...fragments.values()].map((fragment) => fragment.selectionSet)];
  const defaults = defaultsOf(definition, conditionVariables(selectionSets));
  return {
    type: rootType(schema, definition),
    selectionSet,
    fragments,
    withheld: operation.withheld?.fields,
    conditionsOf: (variables) => valuesOf(defaults, variables),
  };
}

function fragmentsOf(document: DocumentNode): ReadonlyMap<string, FragmentDefinitionNode> {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const definition of document.definitions) {
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
