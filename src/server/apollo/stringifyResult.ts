import type { FormattedExecutionResult } from 'graphql';
import { WrittenData } from '../../execution/execution.ts';

/** A result as JSON; data that an engine has written already is put in as it is. Errors come first, so that nobody overlooks them. */
export function stringifyResult(result: FormattedExecutionResult): string {
  const { data, errors, extensions }: { data?: unknown } & FormattedExecutionResult = result;
  if (!(data instanceof WrittenData)) return JSON.stringify(result);
  const before = errors ? `"errors":${JSON.stringify(errors)},` : '';
  const after = extensions ? `,"extensions":${JSON.stringify(extensions)}` : '';
  return `{${before}"data":${data.text}${after}}`;
}
