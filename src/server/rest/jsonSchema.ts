import { type GraphQLLeafType, isEnumType } from 'graphql';

/** A JSON Schema of the dialect of OpenAPI 3.1. */
export type JsonSchema = { readonly [keyword: string]: unknown };

/** The schemas that others refer to, by the name of their GraphQL type; filled while the others are made. */
export type NamedSchemas = Map<string, JsonSchema>;

/** The schema of what may also be null. */
export function orNull(schema: JsonSchema): JsonSchema {
  if (typeof schema.type === 'string') return { ...schema, type: [schema.type, 'null'] };
  if (Array.isArray(schema.anyOf)) return { ...schema, anyOf: [...schema.anyOf, { type: 'null' }] };
  return Object.keys(schema).length === 0 ? schema : { anyOf: [schema, { type: 'null' }] };
}

export function described(schema: JsonSchema, description: string | null | undefined): JsonSchema {
  return description ? { ...schema, description } : schema;
}

export function refTo(name: string): JsonSchema {
  return { $ref: `#/components/schemas/${name}` };
}

/** The schema of a leaf as JSON has it; enums and custom scalars are named. */
export function leafSchema(type: GraphQLLeafType, named: NamedSchemas): JsonSchema {
  const known = builtIn.get(type.name);
  if (known) return known;
  if (!named.has(type.name)) {
    const names = isEnumType(type) ? { type: 'string', enum: type.getValues().map(({ name }) => name) } : {};
    named.set(type.name, described(names, type.description ?? `The scalar ${type.name}: any JSON value.`));
  }
  return refTo(type.name);
}

const builtIn: ReadonlyMap<string, JsonSchema> = new Map<string, JsonSchema>([
  ['Int', { type: 'integer', format: 'int32' }],
  ['Float', { type: 'number' }],
  ['Boolean', { type: 'boolean' }],
  ['String', { type: 'string' }],
  ['ID', { type: 'string' }],
]);
