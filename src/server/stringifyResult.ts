import type { FormattedExecutionResult } from 'graphql';
import { WrittenData } from '../execution/execution.ts';

/** A result as JSON; data that an engine has written already is put in as it is. Errors come first, so that nobody overlooks them. */
export function stringifyResult(result: FormattedExecutionResult): string {
  const data: unknown = result.data;
  if (!(data instanceof WrittenData)) return JSON.stringify(result);
  const errors = result.errors ? `"errors":${JSON.stringify(result.errors)},` : '';
  const extensions = result.extensions ? `,"extensions":${JSON.stringify(result.extensions)}` : '';
  return `{${errors}"data":${data.text}${extensions}}`;
}
