import type { GraphQLError, GraphQLFormattedError } from 'graphql';
import { type ErrorCode, errorCatalogue, SluiceError } from '../base/errors.ts';

/** A request refused before anything was executed: an answer without `data`. */
export interface Refusal {
  /** Of the catalogue, but for what a user's plugin chose. */
  readonly code: string;
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Without the request id, so that a refused document can be kept. */
  readonly errors: readonly GraphQLFormattedError[];
  /** The setting of the rule that refused; null where it was none. */
  readonly rule: string | null;
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
  if (thrown instanceof PluginRefusal) return thrown.refusal;
  const error = SluiceError.from(thrown);
  return {
    code: error.code,
    status: error.status,
    headers: error.headers,
    errors: [{ message: cut(error.message), extensions: { code: error.code, ...error.extensions } }],
    rule: error.rule,
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
    rule: null,
    reason: null,
  };
}

/** A refusal as Apollo Server's plugins throw it: a GraphQLError, whose `extensions.http` may hold a status and headers. */
class PluginRefusal extends Error {
  readonly refusal: Refusal;

  constructor(refusal: Refusal, cause: unknown) {
    super(`A plugin refused with ${refusal.code}`, { cause });
    this.refusal = refusal;
  }
}

/** What a plugin threw, as `refusalOf` understands it: plugins may refuse with any GraphQLError, and it reaches the client. */
export function asPluginRefusal(thrown: unknown): unknown {
  // By its name: a plugin may have brought a graphql-js of its own.
  if (!(thrown instanceof Error) || thrown.name !== 'GraphQLError') return thrown;
  const { http, ...extensions } = (thrown as GraphQLError).extensions ?? {};
  const { status, headers } = Object(http) as { status?: number; headers?: Iterable<[string, string]> };
  const code = typeof extensions.code === 'string' ? extensions.code : 'INTERNAL_SERVER_ERROR';
  const refusal: Refusal = {
    code,
    status: status ?? 500,
    headers: Object.fromEntries(headers ?? []),
    errors: [{ message: cut(thrown.message), extensions: { ...extensions, code } }],
    rule: null,
    reason: null,
  };
  return new PluginRefusal(refusal, thrown);
}
