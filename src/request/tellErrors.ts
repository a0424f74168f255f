import type { GraphQLError } from 'graphql';
import type { ToldDecision } from '../model/decision.ts';
import { printable } from '../observability/observability.ts';
import { withoutValues } from './withoutValues.ts';

/** More errors of one answer are counted and not told. */
const maxTold = 5;
const maxMessageLength = 200;

/** The errors of a result, as the client got them, and what is behind them. */
export function tellErrors(errors: readonly GraphQLError[]): ToldDecision {
  const told = errors.slice(0, maxTold).map(({ message, path, extensions, originalError }) => {
    const cause = originalError?.cause;
    return {
      code: String(extensions.code),
      message: printable(withoutValues(message, extensions.code), maxMessageLength),
      ...(path ? { path: path.join('.') } : {}),
      ...(cause instanceof Error ? { reason: printable(cause.message, maxMessageLength) } : {}),
    };
  });
  const lines = told.map(
    ({ code, message, path, reason }) =>
      `${code}${path ? ` at ${path}` : ''}: ${message}${reason ? ` (${reason})` : ''}`,
  );
  const more = errors.length > maxTold ? `; and ${errors.length - maxTold} more` : '';
  return { text: `${lines.join('; ')}${more}`, facts: { count: errors.length, errors: told } };
}
