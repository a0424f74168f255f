import { type GraphQLSchema, getNamedType, isAbstractType, isInterfaceType, isObjectType } from 'graphql';

/** The object types that a field of a type may give. */
export function typesBelow(schema: GraphQLSchema, typeName: string, field: string): readonly string[] {
  const named = namedTypeBelow(schema, typeName, field);
  if (isAbstractType(named)) return schema.getPossibleTypes(named).map(({ name }) => name);
  return isObjectType(named) ? [named.name] : [];
}

export function namedTypeBelow(schema: GraphQLSchema, typeName: string, field: string) {
  const type = schema.getType(typeName);
  if (!isObjectType(type) && !isInterfaceType(type)) return undefined;
  return getNamedType(type.getFields()[field]?.type);
}
