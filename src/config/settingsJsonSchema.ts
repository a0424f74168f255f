import { allSections } from './readSettings.ts';
import { fileShape, type Sections, type Shape } from './shape.ts';

const reference = { $ref: '#/$defs/reference' } as const;

/**
 * JSON Schema (2020-12) of supergraph.yaml for editors: what may be written, with descriptions and defaults.
 * It knows less than `config check`: impossible combinations and the form of durations are refused there only.
 */
export function settingsJsonSchema(sections: Sections): Shape {
  const shape = fileShape(allSections(sections, '.'));
  const properties = Object.entries(shape.properties ?? {}).map(([name, section]) => [
    name,
    orEmpty(forEditors(section)),
  ]);
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'supergraph.yaml of Sluice',
    type: 'object',
    properties: Object.fromEntries(properties),
    additionalProperties: false,
    $defs: {
      reference: {
        type: 'string',
        pattern: '\\$\\{[^}]+\\}',
        description: `A value from elsewhere: \${NAME}, \${NAME:-default} or \${file:/run/secrets/x}.`,
      },
    },
  };
}

type AnySchema = Shape | boolean;

/** Wherever a value of a certain form stands, a reference may stand too; and a secret is written, never shown. */
function forEditors(schema: AnySchema): AnySchema {
  if (typeof schema === 'boolean') return schema;
  const { secret, ...shape } = mapInner(schema);
  if (secret === true) shape.writeOnly = true;
  if (!isFormed(shape)) return shape;
  const { description, default: preset, writeOnly, ...form } = shape;
  const outer: Shape = { anyOf: [form, reference] };
  if (description !== undefined) outer.description = description;
  if (preset !== undefined) outer.default = preset;
  if (writeOnly !== undefined) outer.writeOnly = writeOnly;
  return outer;
}

/** A single value that not every text is allowed for. Fixed values stay: they tell alternatives apart. */
function isFormed({
  type,
  enum: choices,
  pattern,
  format,
  minLength,
  maxLength,
  const: fixed,
}: Shape): boolean {
  if (fixed !== undefined) return false;
  if (type === 'number' || type === 'integer' || type === 'boolean' || choices !== undefined) return true;
  return type === 'string' && [pattern, format, minLength, maxLength].some((bound) => bound !== undefined);
}

/** The same for everything inside; names of keys are no values. */
function mapInner(shape: Shape): Shape {
  const mapped: Shape = { ...shape };
  if (shape.properties) mapped.properties = mapValues(shape.properties);
  if (shape.$defs) mapped.$defs = mapValues(shape.$defs) as Record<string, Shape>;
  if (shape.additionalProperties !== undefined)
    mapped.additionalProperties = forEditors(shape.additionalProperties);
  if (Array.isArray(shape.items)) mapped.items = shape.items.map(forEditors);
  else if (shape.items !== undefined) mapped.items = forEditors(shape.items);
  if (shape.prefixItems) mapped.prefixItems = shape.prefixItems.map(forEditors);
  for (const key of ['anyOf', 'oneOf', 'allOf'] as const) {
    const options = shape[key];
    if (options) mapped[key] = options.map(forEditors) as Shape[];
  }
  return mapped;
}

function mapValues(schemas: Readonly<Record<string, AnySchema>>): Record<string, AnySchema> {
  return Object.fromEntries(Object.entries(schemas).map(([key, schema]) => [key, forEditors(schema)]));
}

/** A section with nothing but comments in it is empty, which YAML calls null. */
function orEmpty(section: AnySchema): AnySchema {
  if (typeof section === 'boolean') return section;
  const { description, default: preset, ...shape } = section;
  const outer: Shape = { anyOf: [shape, { type: 'null' }] };
  if (description !== undefined) outer.description = description;
  if (preset !== undefined) outer.default = preset;
  return outer;
}
