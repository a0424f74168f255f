import type { GraphQLResponse, HeaderMap } from '@apollo/server';
import type { FormattedExecutionResult } from 'graphql';
import type { ClientCaching } from '../../model/fetchCache.ts';
import type { Asked, Prepared, Refusal } from '../../request/request.ts';

/** One of the operations of a request on its way through Apollo Server's hooks; once it was prepared, it is so or it is refused. */
export interface Item {
  readonly asked: Asked;
  prepared: Prepared | null;
  refusal: Refusal | null;
  caching: ClientCaching | null;
  /** In a batch, the header fields that plugins set for this operation. */
  head: HeaderMap | null;
  /** What Apollo Server answers; its body comes last. */
  response: Partial<GraphQLResponse> | null;
}

/** A result as it is sent. */
export type SentResult = FormattedExecutionResult<unknown, unknown>;

export function resultOf(item: Item | undefined): SentResult | null {
  const body = item?.response?.body;
  return body?.kind === 'single' ? body.singleResult : null;
}

/** Apollo Server hands the `extensions` object through as it is: under this key it says which item of a batch a hook is at. */
const itemMark = Symbol('item');

export function itemOf(extensions: unknown): Item {
  return (extensions as { readonly [itemMark]: Item })[itemMark];
}

export function bodyOf(item: Item): object {
  const { request, outcome } = item.asked;
  const { persistedQuery: _done, ...extensions } = request.extensions;
  return {
    query: outcome.document?.text ?? '{ __typename }',
    variables: request.variables,
    ...(request.operationName === null || outcome.refusal ? {} : { operationName: request.operationName }),
    extensions: { ...extensions, [itemMark]: item },
  };
}
