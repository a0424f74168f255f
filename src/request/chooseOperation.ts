import { type GraphQLSchema, getOperationAST, getVariableValues } from 'graphql';
import { SluiceError } from '../base/errors.ts';
import type { Operation, OperationRequest, ValidDocument } from '../model/operation.ts';
import { type Refusal, refusalOfGraphQLErrors } from './refusal.ts';

/** The operation a request means; refused when that is not clear or when it may not come this way. */
export function chooseOperation(asked: OperationRequest, document: ValidDocument, method: string): Operation {
  const definition = getOperationAST(document.document, asked.operationName);
  if (!definition) {
    throw new SluiceError(
      'OPERATION_RESOLUTION_FAILURE',
      asked.operationName === null
        ? 'The document holds several operations: "operationName" has to say which one to run.'
        : 'The document holds no operation of the name sent as "operationName".',
    );
  }
  if (definition.operation === 'subscription') {
    throw new SluiceError(
      'SUBSCRIPTION_NOT_SUPPORTED',
      'Subscriptions are not served here; send a query or a mutation.',
    );
  }
  if (method === 'GET' && definition.operation === 'mutation') {
    throw new SluiceError('METHOD_NOT_ALLOWED', 'A mutation has to be sent by POST.', {
      headers: { allow: 'POST' },
    });
  }
  return {
    document,
    definition,
    name: definition.name?.value ?? null,
    kind: definition.operation,
    variables: asked.variables,
  };
}

/** More than this many faults of the variables are not listed. */
const maxFaults = 10;

/** Whether the variables fit the operation's types. */
export function variablesFault(
  operation: Operation,
  schema: GraphQLSchema,
  options: { suggestions: boolean },
): Refusal | null {
  const definitions = operation.definition.variableDefinitions ?? [];
  if (definitions.length === 0) return null;
  const { errors } = getVariableValues(schema, definitions, operation.variables, {
    maxErrors: maxFaults,
    hideSuggestions: !options.suggestions,
  });
  return errors ? refusalOfGraphQLErrors('BAD_USER_INPUT', errors) : null;
}
