import { buildASTSchema, type DocumentNode, type GraphQLSchema, Kind, parse } from 'graphql';
import { addResolvers } from './resolvers.ts';
import { type SubgraphName, subgraphSchemas } from './schemas.ts';

const federationSdl = `
  directive @key(fields: String!, resolvable: Boolean) repeatable on OBJECT | INTERFACE
  directive @external on FIELD_DEFINITION
  directive @requires(fields: String!) on FIELD_DEFINITION
  directive @provides(fields: String!) on FIELD_DEFINITION
  directive @shareable on FIELD_DEFINITION | OBJECT
  scalar _Any
`;

/** A subgraph as graphql-js runs it; `_entities` is added by hand, so that this needs nothing of the gateways' own packages. */
export function executableSchema(name: SubgraphName): GraphQLSchema {
  const document = parse(subgraphSchemas[name]);
  const types = document.definitions.flatMap((node) =>
    node.kind === Kind.OBJECT_TYPE_DEFINITION ? [node] : [],
  );
  const entities = types.filter(({ directives }) =>
    directives?.some(({ name: { value } }) => value === 'key'),
  );
  const rootKind = types.some(({ name: { value } }) => value === 'Query') ? 'extend type' : 'type';
  const added = parse(`${federationSdl}
    union _Entity = ${entities.map((type) => type.name.value).join(' | ')}
    ${rootKind} Query { _entities(representations: [_Any!]!): [_Entity]! }`);
  return addResolvers(buildASTSchema(merged([...types, ...added.definitions]), { assumeValidSDL: true }));
}

/** `buildASTSchema` reads no extensions, so the added root field is put into the type it belongs to. */
function merged(definitions: DocumentNode['definitions']): DocumentNode {
  const extension = definitions.find((node) => node.kind === Kind.OBJECT_TYPE_EXTENSION);
  return {
    kind: Kind.DOCUMENT,
    definitions: definitions.flatMap((node) => {
      if (node === extension) return [];
      if (node.kind !== Kind.OBJECT_TYPE_DEFINITION || node.name.value !== extension?.name.value)
        return [node];
      return [{ ...node, fields: [...(node.fields ?? []), ...(extension.fields ?? [])] }];
    }),
  };
}
