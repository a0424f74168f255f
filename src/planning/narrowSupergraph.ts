import type { DocumentNode, GraphQLSchema, OperationDefinitionNode } from 'graphql';
import { countOptions } from './countOptions.ts';
import { pruneSupergraph } from './pruneSupergraph.ts';
import { sharedFields } from './sharedFields.ts';
import { usedFields } from './usedFields.ts';

/** What the planner takes about a second for on a machine of 2026, at worst; most operations have tens. */
const maxOptions = 35_000;

/**
 * Gives the supergraph to plan an operation on when the whole one has too many ways for it, else null: that with the most
 * subgraphs left for each shared field that is still planned in time.
 */
export function narrowSupergraph(supergraph: DocumentNode, schema: GraphQLSchema) {
  const shared = sharedFields(supergraph);
  const mostCopies = Math.max(
    1,
    ...[...shared.values()].flatMap((fields) => [...fields.values()].map(({ length }) => length)),
  );

  return (document: DocumentNode, operation: OperationDefinitionNode): DocumentNode | null => {
    const isTooMuch = (copies: number): boolean =>
      countOptions(operation, { document, schema, shared, copies }) > maxOptions;
    let copies = mostCopies;
    while (copies > 1 && isTooMuch(copies)) copies -= 1;
    if (copies === mostCopies) return null;
    return pruneSupergraph(supergraph, { shared, used: usedFields(schema, document), copies });
  };
}
