import {
  type FieldNode,
  type GraphQLInputType,
  type GraphQLSchema,
  getNullableType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isListType,
  isObjectType,
  Kind,
  print,
  type ValueNode,
} from 'graphql';

/**
 * One text for a field with its arguments, however they are written: in any order, an ID as a number, an item in the place of a list of
 * one. Apollo's planner writes them anew.
 */
export function callKey(schema: GraphQLSchema, typeName: string, node: FieldNode): string {
  const type = schema.getType(typeName);
  const field = isObjectType(type) || isInterfaceType(type) ? type.getFields()[node.name.value] : undefined;
  const texts = (node.arguments ?? []).map(({ name, value }) => {
    const argument = field?.args.find((one) => one.name === name.value);
    return `${name.value}: ${valueKey(value, argument?.type)}`;
  });
  return `${node.name.value}(${texts.sort().join(', ')})`;
}

function valueKey(value: ValueNode, declared: GraphQLInputType | undefined): string {
  const type = declared && getNullableType(declared);
  if (value.kind === Kind.VARIABLE || value.kind === Kind.NULL) return print(value);
  if (isListType(type)) {
    const items = value.kind === Kind.LIST ? value.values : [value];
    return `[${items.map((item) => valueKey(item, type.ofType)).join(', ')}]`;
  }
  if (value.kind === Kind.LIST)
    return `[${value.values.map((item) => valueKey(item, undefined)).join(', ')}]`;
  if (value.kind === Kind.OBJECT) {
    const fields = isInputObjectType(type) ? type.getFields() : {};
    const texts = value.fields.map(
      ({ name, value: inner }) => `${name.value}: ${valueKey(inner, fields[name.value]?.type)}`,
    );
    return `{${texts.sort().join(', ')}}`;
  }
  return leafKey(value, type);
}

function leafKey(value: ValueNode, type: GraphQLInputType | undefined): string {
  const written = 'value' in value ? String(value.value) : print(value);
  const isNumber = value.kind === Kind.INT || value.kind === Kind.FLOAT;
  if (isEnumType(type) || value.kind === Kind.BOOLEAN) return written;
  if (isNumber && !(type && 'name' in type && type.name === 'ID')) return String(Number(written));
  return JSON.stringify(written);
}
