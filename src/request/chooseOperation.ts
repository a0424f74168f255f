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
  const errorsOf = (variables: Variables) =>
    getVariableValues(schema, definitions, variables, {
      maxErrors: maxFaults,
      hideSuggestions: !options.suggestions,
    }).errors;
  if (!errorsOf(operation.variables)) return null;
  // An input field may be called as what every object inherits, which graphql-js then takes for its value.
  const errors = errorsOf(withoutPrototypes(operation.variables) as Variables);
  return errors ? refusalOfGraphQLErrors('BAD_USER_INPUT', errors) : null;
}

type Variables = Operation['variables'];

/** JSON whose objects inherit nothing; it nests no deeper than variables may. */
function withoutPrototypes(json: unknown): unknown {
  if (Array.isArray(json)) return json.map(withoutPrototypes);
  if (typeof json !== 'object' || json === null) return json;
  const copy = Object.create(null) as Record<string, unknown>;
  for (const [name, value] of Object.entries(json)) copy[name] = withoutPrototypes(value);
  return copy;
}
