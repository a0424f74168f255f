import { buildASTSchema, type DocumentNode, type GraphQLSchema, Kind } from 'graphql';

/** The schema of a supergraph with all it has, directives of federation included; of a composed one nothing is to be checked. */
export function wholeSchema(supergraph: DocumentNode): GraphQLSchema {
  const definitions = supergraph.definitions.filter(({ kind }) => kind !== Kind.SCHEMA_EXTENSION);
  return buildASTSchema({ ...supergraph, definitions }, { assumeValid: true, assumeValidSDL: true });
}
