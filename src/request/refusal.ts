import type { GraphQLError, GraphQLFormattedError } from 'graphql';
import { type ErrorCode, errorCatalogue, SluiceError } from '../base/errors.ts';

/** A request refused before anything was executed: an answer without `data`. */
export interface Refusal {
  readonly code: ErrorCode;
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Without the request id, so that a refused document can be kept. */
  readonly errors: readonly GraphQLFormattedError[];
  /** For the log only. */
  readonly reason: unknown;
}

/** Messages quote what was sent; a name or a value may be as long as a body. */
const maxMessageLength = 1000;

function cut(message: string): string {
  return message.length > maxMessageLength ? `${message.slice(0, maxMessageLength)}…` : message;
}

/** Anything thrown on the way becomes a refusal; what is not ours says nothing to the client. */
export function refusalOf(thrown: unknown): Refusal {
  const error = SluiceError.from(thrown);
  return {
    code: error.code,
    status: error.status,
    headers: error.headers,
    errors: [{ message: cut(error.message), extensions: { code: error.code, ...error.extensions } }],
    reason: error.cause ?? error.detail ?? null,
  };
}

/** Errors of graphql-js (syntax, validation, variables) under one code. */
export function refusalOfGraphQLErrors(code: ErrorCode, errors: readonly GraphQLError[]): Refusal {
  return {
    code,
    status: errorCatalogue[code].status,
    headers: {},
    errors: errors.map(({ message, locations }) => ({
      message: cut(message),
      ...(locations ? { locations } : {}),
      extensions: { code },
    })),
    reason: null,
  };
}
