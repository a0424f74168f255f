import {
  type DocumentNode,
  type ExecutionResult,
  execute,
  GraphQLError,
  type GraphQLSchema,
  getOperationAST,
  parse,
  validate,
} from 'graphql';
import type { RequestParams } from 'graphql-http';
import { type ErrorCode, SluiceError } from '../base/errors.ts';
import type { Log } from '../model/log.ts';
import { refusalAnswer, type ShownError, shownError, type TextAnswer } from './adminAnswer.ts';
import type { AdminCaller } from './adminCaller.ts';

/** A request of a person or a tool has some hundred tokens; SDL travels in a variable or is one token. */
const maxTokens = 10_000;

interface Parts {
  readonly schema: GraphQLSchema;
  readonly resolvers: object;
  readonly log: Log;
}

interface Asked {
  readonly params: RequestParams;
  readonly caller: AdminCaller;
}

/**
 * Runs one operation. Unlike the clients' endpoint it says with the HTTP status what became of the request, whatever the media type:
 * whoever publishes from a script looks at the status first. An operation of which some root field was answered is a 200.
 */
export async function runAdminOperation(
  { schema, resolvers, log }: Parts,
  asked: Asked,
): Promise<TextAnswer> {
  const { params, caller } = asked;
  const { requestId } = caller;
  const show = (error: GraphQLError): ShownError => ({
    ...shownError(refusalOf(error), { requestId, log }),
    ...(error.path && { path: error.path }),
  });
  const document = parseDocument(params.query);
  const faults = validate(schema, document);
  if (faults[0]) throw coded('GRAPHQL_VALIDATION_FAILED', faults[0]);
  const operationName = params.operationName ?? null;
  const operation = getOperationAST(document, operationName);
  if (!operation)
    throw new SluiceError(
      'OPERATION_RESOLUTION_FAILURE',
      'Which operation to run is not clear: the document holds none or several, or none of this name.',
    );
  if (operation.operation === 'subscription')
    throw new SluiceError('SUBSCRIPTION_NOT_SUPPORTED', 'The admin answers queries and mutations only.');
  const result = await execute({
    schema,
    document,
    rootValue: resolvers,
    contextValue: caller,
    operationName,
    variableValues: params.variables ?? {},
  });
  const errors = (result.errors ?? []).map(show);
  if (result.errors?.[0] && nothingAnswered(result))
    return refusalAnswer(refusalOf(result.errors[0]), errors);
  return {
    status: 200,
    headers: {},
    body: JSON.stringify(errors.length > 0 ? { data: result.data, errors } : { data: result.data }),
  };
}

function parseDocument(text: string): DocumentNode {
  try {
    return parse(text, { maxTokens });
  } catch (failure) {
    if (failure instanceof GraphQLError) throw coded('GRAPHQL_PARSE_FAILED', failure);
    throw failure;
  }
}

/** A fault of the document, with the place it was found at. */
function coded(code: ErrorCode, { message, locations }: GraphQLError): SluiceError {
  const place = locations?.[0];
  return new SluiceError(code, place ? `${message} (line ${place.line}, column ${place.column})` : message);
}

/** What graphql-js reports without a path went wrong before any field ran: variables that do not fit. The rest is what resolvers threw. */
function refusalOf(error: GraphQLError): SluiceError {
  if (!error.path) return new SluiceError('BAD_USER_INPUT', error.message);
  return SluiceError.from(error.originalError ?? error);
}

function nothingAnswered({ data }: ExecutionResult): boolean {
  return !data || Object.values(data).every((value) => value === null);
}
