import { GraphQLError } from 'graphql';

/** Errors of one result: subgraphs may report, and lists multiply, more than anybody reads. */
export const maxErrors = 100;

/** The first errors, and one in place of the rest that says so. */
export function limitErrors(errors: readonly GraphQLError[]): readonly GraphQLError[] {
  if (errors.length <= maxErrors) return errors;
  const rest = new GraphQLError(`There are more errors than the ${maxErrors} that are listed.`, {
    extensions: { code: 'SUBGRAPH_ERROR' },
  });
  return [...errors.slice(0, maxErrors - 1), rest];
}
