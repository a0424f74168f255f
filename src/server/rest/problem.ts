import { STATUS_CODES } from 'node:http';
import type { Answer } from '../respond.ts';

/** One of the errors of a problem, as GraphQL has it. */
export interface ProblemError {
  readonly message: string;
  readonly path?: readonly (string | number)[] | undefined;
  readonly extensions?: Readonly<Record<string, unknown>> | undefined;
}

export interface Problem {
  readonly status: number;
  readonly requestId: string;
  /** The first is what the problem is about. */
  readonly errors: readonly ProblemError[];
  readonly headers?: Answer['headers'];
}

export const problemType = 'application/problem+json';

/**
 * An error as RFC 9457 has it. Its kind is told by `code`, one of our catalogue; there is no page for each kind, so `type` is about:blank
 * and `title` what HTTP calls the status (section 4.2.1).
 */
export function problem({ status, requestId, errors, headers = {} }: Problem): Answer {
  const [first] = errors;
  const told = errors.map(({ message, path, extensions: { requestId: _its, ...extensions } = {} }) => ({
    detail: message,
    ...(path ? { path } : {}),
    ...extensions,
  }));
  const body = {
    type: 'about:blank',
    title: STATUS_CODES[status] ?? 'Error',
    status,
    detail: first?.message ?? 'Internal server error',
    code: first?.extensions?.code ?? 'INTERNAL_SERVER_ERROR',
    requestId,
    errors: told,
  };
  return {
    status,
    headers: {
      ...headers,
      'content-type': `${problemType}; charset=utf-8`,
      'cache-control': 'no-store',
    },
    body: JSON.stringify(body),
  };
}
