import {
  astFromValue,
  type GraphQLInputObjectType,
  type GraphQLInputType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isRequiredInputField,
  valueFromASTUntyped,
} from 'graphql';
import { described, type JsonSchema, leafSchema, type NamedSchemas, orNull, refTo } from './jsonSchema.ts';

/** The schema of a value that a client sends. */
export function inputSchema(type: GraphQLInputType, named: NamedSchemas): JsonSchema {
  return isNonNullType(type) ? presentSchema(type.ofType, named) : orNull(presentSchema(type, named));
}

/** The same where null cannot be sent, as in a path or query string. */
export function presentSchema(type: GraphQLInputType, named: NamedSchemas): JsonSchema {
  if (isNonNullType(type)) return presentSchema(type.ofType, named);
  if (isListType(type)) return { type: 'array', items: inputSchema(type.ofType, named) };
  if (!isInputObjectType(type)) return leafSchema(type, named);
  if (!named.has(type.name)) {
    named.set(type.name, {}); // It may hold itself.
    named.set(type.name, objectSchema(type, named));
  }
  return refTo(type.name);
}

function objectSchema(type: GraphQLInputObjectType, named: NamedSchemas): JsonSchema {
  const fields = Object.values(type.getFields());
  const properties = fields.map((field) => {
    const written = field.defaultValue === undefined ? null : astFromValue(field.defaultValue, field.type);
    const schema = described(inputSchema(field.type, named), field.description);
    return [field.name, written ? { ...schema, default: valueFromASTUntyped(written) } : schema];
  });
  const required = fields.filter(isRequiredInputField).map(({ name }) => name);
  return described(
    {
      type: 'object',
      properties: Object.fromEntries(properties),
      ...(required.length > 0 && { required }),
      additionalProperties: false,
    },
    type.description,
  );
}
