import { inspect } from 'node:util';
import type { ToldDecision } from '../model/decision.ts';
import { printable } from '../observability/observability.ts';
import type { Refusal } from './refusal.ts';
import { withoutValues } from './withoutValues.ts';

const maxReasonLength = 300;

/** A refusal as the operator reads it: what the client was told, and the reason that it was not. */
export function tellRefusal({ code, status, errors, reason }: Refusal): ToldDecision {
  const messages = errors.map(({ message }) => withoutValues(message, code));
  const why = reasonText(reason);
  const facts = { code, status, messages, ...(why === null ? {} : { reason: why }) };
  return { text: `${code}: ${messages.join(' ')}${why === null ? '' : ` (${why})`}`, facts };
}

function reasonText(reason: unknown): string | null {
  if (reason === null || reason === undefined) return null;
  const text =
    typeof reason === 'string' ? reason : reason instanceof Error ? reason.message : inspect(reason);
  return printable(text, maxReasonLength);
}
