import type { GraphQLFormattedError } from 'graphql';

/** Adds the request id to each error, so that whoever reads a refusal can have it looked up. */
export function withRequestId(
  errors: readonly GraphQLFormattedError[],
  requestId: string,
): readonly GraphQLFormattedError[] {
  return errors.map((error) => ({ ...error, extensions: { ...error.extensions, requestId } }));
}
