import {
  type DocumentNode,
  type GraphQLSchema,
  getOperationAST,
  Kind,
  type OperationDefinitionNode,
  parse,
  specifiedRules,
  validate,
} from 'graphql';
import { SluiceError } from '../base/errors.ts';

export interface AskedDocument {
  readonly document: string;
  readonly operationName: string | null;
  /** Whether it is to be validated; nothing is said of what is not valid otherwise. */
  readonly validate: boolean;
}

export interface ReadDocument {
  readonly document: DocumentNode;
  /** The operation that is meant. */
  readonly definition: OperationDefinitionNode;
}

export function readDocument(
  { document: text, operationName, validate: isAsked }: AskedDocument,
  schema: GraphQLSchema,
): ReadDocument {
  const document = parseDocument(text);
  const [fault] = isAsked ? validate(schema, document, specifiedRules, { maxErrors: 1 }) : [];
  if (fault) throw new SluiceError('GRAPHQL_VALIDATION_FAILED', fault.message, { cause: fault });
  const definition = getOperationAST(document, operationName);
  if (!definition) throw unresolved(document, operationName);
  return { document, definition };
}

function parseDocument(text: string): DocumentNode {
  try {
    return parse(text);
  } catch (failure) {
    const message = failure instanceof Error ? failure.message : String(failure);
    throw new SluiceError('GRAPHQL_PARSE_FAILED', message, { cause: failure });
  }
}

function unresolved(document: DocumentNode, operationName: string | null): SluiceError {
  const names = document.definitions
    .filter((definition) => definition.kind === Kind.OPERATION_DEFINITION)
    .map((definition) => definition.name?.value ?? '(unnamed)');
  const found = names.length > 0 ? `it holds ${names.join(', ')}` : 'it holds none';
  return new SluiceError(
    'OPERATION_RESOLUTION_FAILURE',
    operationName === null
      ? `Which operation of the document is meant must be said by name: ${found}.`
      : `The document has no operation named ${operationName}: ${found}.`,
  );
}
