import { composeServices } from '@apollo/composition';
import { type GraphQLSchema, parse } from 'graphql';
import { addResolvers } from './resolvers.ts';
import { type SubgraphName, subgraphNames, subgraphSchemas } from './schemas.ts';

export interface Composed {
  readonly supergraphSdl: string;
  /** The four subgraphs as one schema over the same data: what every gateway has to answer. */
  readonly oracle: GraphQLSchema;
}

export function compose(ports: Readonly<Record<SubgraphName, number>>): Composed {
  const result = composeServices(
    subgraphNames.map((name) => ({
      name,
      url: `http://127.0.0.1:${ports[name]}/${name}`,
      typeDefs: parse(subgraphSchemas[name]),
    })),
  );
  if (result.errors) throw new Error(result.errors.map(({ message }) => message).join('\n'));
  return {
    supergraphSdl: result.supergraphSdl,
    oracle: addResolvers(result.schema.toAPISchema().toGraphQLJSSchema()),
  };
}
