import { type ASTNode, executeSync, type GraphQLSchema, Kind, visit } from 'graphql';
import type { Operation } from '../model/operation.ts';
import { introspectionName } from './dataNames.ts';
import { type DataObject, isDataObject, setOwnValue } from './ownValue.ts';
import type { Run } from './run.ts';

const introspectionFields = new Set(['__schema', '__type']);

/**
 * Answers `__schema` and `__type` from the schema, with graphql-js; null for an operation that asks neither. For an operation
 * without variables the answer is the same each time, and made once.
 */
export function createIntrospection(
  operation: Operation,
  schema: GraphQLSchema,
): ((run: Run) => void) | null {
  const document = onlyIntrospection(operation, schema);
  if (document === null) return null;
  const isConstant = (operation.definition.variableDefinitions ?? []).length === 0;
  let kept: DataObject | null = null;
  const ask = (variableValues: Run['variables']): DataObject => {
    const { data } = executeSync({ schema, document, rootValue: {}, variableValues });
    return isDataObject(data) ? data : {};
  };
  return (run) => {
    const answer = kept ?? ask(run.variables);
    if (isConstant) kept = answer;
    for (const [name, value] of Object.entries(answer)) setOwnValue(run.data, introspectionName(name), value);
  };
}

/** The operation without the fields that subgraphs answer; null when nothing is left. */
function onlyIntrospection({ document, definition }: Operation, schema: GraphQLSchema) {
  const queryType = schema.getQueryType()?.name;
  let isAsked = false;
  const isAtRoot = (ancestors: readonly (ASTNode | readonly ASTNode[])[]): boolean =>
    ancestors.every(
      (ancestor) =>
        !('kind' in ancestor) ||
        (ancestor.kind !== Kind.FIELD &&
          (ancestor.kind !== Kind.FRAGMENT_DEFINITION || ancestor.typeCondition.name.value === queryType)),
    );
  const only = visit(document.document, {
    [Kind.OPERATION_DEFINITION]: (node) => (node === definition ? undefined : null),
    [Kind.FIELD](field, _key, _parent, _path, ancestors) {
      if (!isAtRoot(ancestors)) return undefined;
      if (!introspectionFields.has(field.name.value)) return null;
      isAsked = true;
      return false;
    },
  });
  return isAsked ? only : null;
}
