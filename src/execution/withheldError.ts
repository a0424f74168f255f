import { GraphQLError } from 'graphql';

/** Told at each place of a result that is null because the session may not see it. */
export function withheldError(path: readonly (string | number)[]): GraphQLError {
  return new GraphQLError('This session may not see this field.', {
    path,
    extensions: { code: 'UNAUTHORIZED_FIELD_OR_TYPE' },
  });
}
