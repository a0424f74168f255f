import { z } from 'zod';
import type { SettingsPath } from './settingsPath.ts';

/** A part's options as JSON Schema of what may be written: the one description that faults, defaults and secrets are read from. */
export type Shape = z.core.JSONSchema.BaseSchema;

/** Section names and the schemas that the parts own. */
export type Sections = Readonly<Record<string, z.ZodType>>;

function sectionShape(schema: z.ZodType): Shape {
  return z.toJSONSchema(schema, {
    io: 'input',
    unrepresentable: 'any',
    override({ zodSchema, jsonSchema }) {
      const { def } = zodSchema._zod;
      // zod leaves the default out where a transform follows, since it may not be an input; `[]` and `{}` mostly are.
      if (def.type !== 'default' || jsonSchema.default !== undefined) return;
      if (z.safeParse(zodSchema, def.defaultValue).success) jsonSchema.default = def.defaultValue;
    },
  });
}

/** The whole file; a section that is not there counts as an empty one. */
export function fileShape(sections: Sections): Shape {
  const properties = Object.entries(sections).map(([name, schema]) => {
    const { $schema: _, ...shape } = sectionShape(schema);
    const mayBeEmpty = shape.type === 'object' && shape.default === undefined;
    return [name, mayBeEmpty ? { ...shape, default: {} } : shape] as const;
  });
  return { type: 'object', properties: Object.fromEntries(properties), additionalProperties: false };
}

/** The alternatives of a shape; most have one, themselves. */
export function alternatives(shape: Shape): readonly Shape[] {
  const options = shape.anyOf ?? shape.oneOf;
  return options ? options.flatMap(alternatives) : [shape];
}

/** The alternative that a value was most likely written for. */
export function alternativeFor(shape: Shape, value: unknown): Shape {
  const options = alternatives(shape);
  let best = options[0] ?? shape;
  let bestScore = -1;
  for (const option of options) {
    const score = likeness(option, value);
    if (score > bestScore) {
      best = option;
      bestScore = score;
    }
  }
  return best;
}

/** How well a value fits: by type first, then by the keys that both know, then by fixed values such as `kind: a`. */
function likeness(shape: Shape, value: unknown): number {
  if (!acceptsType(shape, value)) return 0;
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return 1;
  let score = 1;
  for (const [key, inner] of Object.entries(value)) {
    const property = childShape(shape, key);
    if (property) score += property.const === undefined || property.const === inner ? 2 : -1;
  }
  const missing = (shape.required ?? []).filter((key) => !Object.hasOwn(value, key));
  return Math.max(0.5, score - missing.length);
}

/** Is a value of this type allowed at all, whatever its bounds? */
export function acceptsType(shape: Shape, value: unknown): boolean {
  return alternatives(shape).some((option) => {
    if (option.const !== undefined) return option.const === value;
    if (option.enum) return option.enum.includes(value as string);
    if (option.allOf) return option.allOf.every((part) => acceptsType(part, value));
    if (option.type === undefined) return true;
    const types = Array.isArray(option.type) ? option.type : [option.type];
    return types.some((type) => type === jsonType(value) || (type === 'integer' && Number.isInteger(value)));
  });
}

function jsonType(value: unknown): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'array' : typeof value;
}

/** What may be written under a key or index of one alternative; undefined when nothing may. */
export function childShape(shape: Shape, step: string | number): Shape | undefined {
  for (const part of shape.allOf ?? []) {
    const child = childShape(alternativeFor(part, undefined), step);
    if (child) return child;
  }
  if (typeof step === 'number') {
    const items = shape.items ?? undefined;
    return shape.prefixItems?.[step] === undefined
      ? asShape(Array.isArray(items) ? items[step] : items)
      : asShape(shape.prefixItems[step]);
  }
  if (shape.properties && Object.hasOwn(shape.properties, step)) return asShape(shape.properties[step]);
  return asShape(shape.additionalProperties);
}

function asShape(schema: z.core.JSONSchema._JSONSchema | undefined): Shape | undefined {
  return typeof schema === 'object' ? schema : undefined;
}

/** The shapes along a path, the file's first; shorter than the path where nothing is known. */
export function shapesAlong(root: Shape, path: SettingsPath, value: unknown): readonly Shape[] {
  const shapes = [root];
  let shape: Shape | undefined = root;
  let inner = value;
  for (const step of path) {
    shape = childShape(alternativeFor(shape, inner), step);
    if (!shape) break;
    shapes.push(shape);
    inner =
      inner !== null && typeof inner === 'object'
        ? (inner as Record<string | number, unknown>)[step]
        : undefined;
  }
  return shapes;
}

/** What may be written at a path; undefined where nothing is known. */
export function shapeAt(root: Shape, path: SettingsPath, value: unknown): Shape | undefined {
  const shapes = shapesAlong(root, path, value);
  return shapes.length === path.length + 1 ? shapes.at(-1) : undefined;
}
