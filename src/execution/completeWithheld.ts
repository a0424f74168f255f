import type { GraphQLError, GraphQLSchema } from 'graphql';
import type { Operation } from '../model/operation.ts';
import { completeResult } from './completeResult.ts';
import type { EngineResult } from './engine.ts';
import { limitErrors } from './limitErrors.ts';
import { wholeOperation } from './wholeOperation.ts';
import { WrittenData } from './writtenData.ts';

/** A result of what is left of an operation, under the client's names, as the result of the whole: what is withheld is null. */
export function completeWithheld(
  operation: Operation,
  {
    data,
    errors,
  }: { readonly data: Readonly<Record<string, unknown>>; readonly errors: readonly GraphQLError[] },
  schema: GraphQLSchema,
): EngineResult {
  const { conditionsOf, type, selectionSet, ...whole } = wholeOperation(operation, schema);
  const context = { ...whole, schema, dataNames: new Map(), conditions: conditionsOf(operation.variables) };
  const completed = completeResult(context, { type, selectionSet }, { data, errors });
  return {
    data: completed.text === 'null' ? null : new WrittenData(completed.text),
    errors: [...limitErrors([...errors, ...completed.errors]), ...completed.withheld],
  };
}
