import {
  type DocumentNode,
  type GraphQLSchema,
  isAbstractType,
  isObjectType,
  TypeInfo,
  visit,
  visitWithTypeInfo,
} from 'graphql';

/** The fields a document asks for, by object type; of an interface those of all its types. */
export type UsedFields = ReadonlyMap<string, ReadonlySet<string>>;

export function usedFields(schema: GraphQLSchema, document: DocumentNode): UsedFields {
  const used = new Map<string, Set<string>>();
  const typeInfo = new TypeInfo(schema);
  const visitor = {
    Field({ name }: { readonly name: { readonly value: string } }) {
      const parent = typeInfo.getParentType();
      const types = isAbstractType(parent) ? schema.getPossibleTypes(parent) : [parent];
      for (const type of types) {
        if (!isObjectType(type)) continue;
        const fields = used.get(type.name) ?? new Set();
        used.set(type.name, fields.add(name.value));
      }
    },
  };
  visit(document, visitWithTypeInfo(typeInfo, visitor));
  return used;
}
