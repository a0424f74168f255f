import { GraphQLError } from 'graphql';

/** An error for what the caller sent: the message says what was found and what is allowed. */
export function badInput(message: string): GraphQLError {
  return new GraphQLError(message, { extensions: { code: 'BAD_USER_INPUT' } });
}
