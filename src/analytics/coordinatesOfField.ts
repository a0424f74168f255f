import { type GraphQLSchema, isInterfaceType, isObjectType } from 'graphql';

/**
 * The coordinates that count as a use of this one: itself, and for a field those of the interfaces of its type, for whoever asks a
 * `Node.id` gets the `Book.id` of a book.
 */
export function coordinatesOfField(coordinate: string, schema: GraphQLSchema | null): readonly string[] {
  const [typeName = '', member] = coordinate.split('.', 2);
  const type = schema?.getType(typeName);
  if (member === undefined || !(isObjectType(type) || isInterfaceType(type))) return [coordinate];
  const fieldName = member.replace(/\(.*$/, '');
  const interfaces = type.getInterfaces().filter((each) => Object.hasOwn(each.getFields(), fieldName));
  return [coordinate, ...interfaces.map(({ name }) => `${name}.${member}`)];
}
