import {
  type DefinitionNode,
  type FieldDefinitionNode,
  type InputValueDefinitionNode,
  Kind,
  type TypeNode,
} from 'graphql';
import { build } from '../build.ts';
import { fieldName, Names, typeName, valueName } from '../names.ts';
import type { OpenapiDocument } from './readOpenapi.ts';

/** A JSON Schema, of which nobody knows yet what is in it. */
interface JsonSchema {
  readonly $ref?: unknown;
  readonly type?: unknown;
  readonly format?: unknown;
  readonly enum?: unknown;
  readonly const?: unknown;
  readonly items?: unknown;
  readonly properties?: unknown;
  readonly required?: unknown;
  readonly allOf?: unknown;
  readonly oneOf?: unknown;
  readonly anyOf?: unknown;
  readonly description?: unknown;
  readonly maximum?: unknown;
}

interface Wanted {
  readonly direction: 'output' | 'input';
  /** What to call the type where the document has no name for it. */
  readonly wish: string;
}

const scalarTypes: ReadonlyMap<string, string> = new Map([
  ['string', 'String'],
  ['number', 'Float'],
  ['boolean', 'Boolean'],
]);
const maxDepth = 50;

/** Types for the schemas of an OpenAPI document, made as they are reached. */
export class Schemas {
  readonly #read: OpenapiDocument;
  readonly #tell: (remark: string) => void;
  readonly #names = new Names();
  readonly #made = new Map<string, DefinitionNode | null>();
  #depth = 0;

  constructor(read: OpenapiDocument, tell: (remark: string) => void) {
    this.#read = read;
    this.#tell = tell;
  }

  definitions(): readonly DefinitionNode[] {
    return [...this.#made.values()].filter((made) => made !== null);
  }

  typeOf(written: unknown, wanted: Wanted): TypeNode {
    this.#depth += 1;
    try {
      return this.#depth > maxDepth ? build.named('JSON') : this.#typeOf(written, wanted);
    } finally {
      this.#depth -= 1;
    }
  }

  #typeOf(written: unknown, wanted: Wanted): TypeNode {
    const { schema, name } = this.#followed(written);
    const wish = name ?? wanted.wish;
    const options = variants(schema);
    if (options.length === 1) return this.typeOf(options[0], { ...wanted, wish });
    if (options.length > 1) {
      this.#tell(`${wish}: one of several schemas, which is handed on as JSON.`);
      return build.named('JSON');
    }
    const type = typeNameOf(schema);
    if (type === 'array')
      return build.list(this.typeOf(schema.items ?? {}, { ...wanted, wish: `${wish}_item` }));
    const values = this.#enumValues(schema);
    if (values) return build.named(this.#enum(wish, values, schema));
    if (type === 'integer')
      return build.named(schema.format === 'int64' || Number(schema.maximum) >= 2 ** 31 ? 'Int64' : 'Int');
    const scalar = scalarTypes.get(type);
    if (scalar !== undefined) return build.named(scalar);
    const properties = this.#propertiesOf(schema);
    if (properties.size === 0) return build.named('JSON');
    return build.named(this.#object(wish, { schema, properties, direction: wanted.direction }));
  }

  #object(
    wish: string,
    {
      schema,
      properties,
      direction,
    }: { schema: JsonSchema; properties: ReadonlyMap<string, unknown>; direction: Wanted['direction'] },
  ): string {
    const key = `${direction} ${wish}`;
    const suffix = direction === 'input' && !/input$/i.test(wish) ? '_input' : '';
    const name = this.#names.type(key, [`${wish}${suffix}`]);
    if (this.#made.has(key)) return name;
    // Schemas hold each other.
    this.#made.set(key, null);
    const needed = new Set(this.#requiredOf(schema));
    const taken = new Map<string, FieldDefinitionNode | InputValueDefinitionNode>();
    for (const [property, below] of properties) {
      let own = fieldName(property);
      for (let number = 2; taken.has(own); number += 1) own = `${fieldName(property)}${number}`;
      const type = this.typeOf(below, { direction, wish: `${wish}_${own}` });
      const description = textOf(this.#followed(below).schema.description);
      const directives = own === property ? [] : [build.directive('wire', { name: property })];
      const isNeeded = direction === 'input' && needed.has(property) && type.kind !== Kind.NON_NULL_TYPE;
      const parts = {
        name: own,
        description,
        directives,
        type: isNeeded ? ({ kind: Kind.NON_NULL_TYPE, type } as TypeNode) : type,
      };
      taken.set(own, direction === 'input' ? build.input(parts) : build.field(parts));
    }
    const head = { name: build.name(name), ...build.description(textOf(schema.description)) };
    this.#made.set(
      key,
      direction === 'input'
        ? {
            kind: Kind.INPUT_OBJECT_TYPE_DEFINITION,
            ...head,
            fields: [...taken.values()] as InputValueDefinitionNode[],
          }
        : {
            kind: Kind.OBJECT_TYPE_DEFINITION,
            ...head,
            fields: [...taken.values()] as FieldDefinitionNode[],
          },
    );
    return name;
  }

  #enum(wish: string, values: ReadonlyMap<string, string>, schema: JsonSchema): string {
    const key = `enum ${wish} ${[...values.values()].join()}`;
    const name = this.#names.type(key, [wish, `${wish}_enum`]);
    this.#made.set(key, {
      kind: Kind.ENUM_TYPE_DEFINITION,
      name: build.name(name),
      ...build.description(textOf(schema.description)),
      values: [...values].map(([own, value]) => ({
        kind: Kind.ENUM_VALUE_DEFINITION,
        name: build.name(own),
        directives: own === value ? [] : [build.directive('wire', { name: value })],
      })),
    });
    return name;
  }

  /** Values by the names they get; null where they are no texts, or two would be called the same. */
  #enumValues({ enum: written }: JsonSchema): ReadonlyMap<string, string> | null {
    if (!Array.isArray(written)) return null;
    const texts = written.filter((value) => value !== null);
    if (texts.length === 0 || texts.length > 1000 || !texts.every((value) => typeof value === 'string'))
      return null;
    const values = new Map(texts.map((value) => [valueName(value), value]));
    return values.size === new Set(texts).size ? values : null;
  }

  /** Those of all parts of an `allOf`, too. */
  #propertiesOf(
    schema: JsonSchema,
    into = new Map<string, unknown>(),
    depth = 0,
  ): ReadonlyMap<string, unknown> {
    if (depth > maxDepth) return into;
    for (const part of listOf(schema.allOf)) this.#propertiesOf(this.#followed(part).schema, into, depth + 1);
    const { properties } = schema;
    if (typeof properties === 'object' && properties !== null)
      for (const [name, below] of Object.entries(properties)) into.set(name, below);
    return into;
  }

  #requiredOf(schema: JsonSchema, depth = 0): readonly unknown[] {
    if (depth > maxDepth) return [];
    const parts = listOf(schema.allOf).flatMap((part) =>
      this.#requiredOf(this.#followed(part).schema, depth + 1),
    );
    return [...listOf(schema.required), ...parts];
  }

  /** What references lead to, and what the last of them calls it. */
  #followed(written: unknown): { readonly schema: JsonSchema; readonly name: string | null } {
    let at = written;
    let name: string | null = null;
    for (let steps = 0; steps < 20; steps += 1) {
      if (typeof at !== 'object' || at === null) return { schema: {}, name };
      const { $ref } = at as JsonSchema;
      if (typeof $ref !== 'string') return { schema: at as JsonSchema, name };
      name = typeName(decodeURIComponent($ref.split('/').at(-1) ?? ''));
      at = this.#read.resolve($ref);
    }
    return { schema: {}, name };
  }
}

/** The choices of a schema, without "or null"; a part of an `allOf` alone is a choice of one. */
function variants(schema: JsonSchema): readonly unknown[] {
  const all = [...listOf(schema.oneOf), ...listOf(schema.anyOf)];
  const meant = all.filter((each) => (each as JsonSchema | null)?.type !== 'null');
  const parts = listOf(schema.allOf);
  if (meant.length === 0 && parts.length === 1 && !schema.properties) return parts;
  // Choices beside properties only say which of them go together.
  return schema.properties ? [] : meant;
}

/** The type without "or null"; told by what else is there where it is not said. */
function typeNameOf(schema: JsonSchema): string {
  const types = (Array.isArray(schema.type) ? schema.type : [schema.type]).filter((type) => type !== 'null');
  if (types.length > 1) return 'any';
  const [type] = types;
  if (typeof type === 'string') return type;
  if (schema.items !== undefined) return 'array';
  if (Array.isArray(schema.enum) || typeof schema.const === 'string') return 'string';
  return 'object';
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}
