import { type FieldNode, valueFromASTUntyped } from 'graphql';
import type { Variables } from '../model/fetchCache.ts';
import type { TypePolicy } from './fetchPolicy.ts';

/** Formats of `@cacheTag` by coordinate. */
export type TagFormats = ReadonlyMap<string, readonly string[]>;

/** The tags of an entry: `{$key.code}` stands for a member of its representation, `{$args.first}` for an argument of its root field. */
export function fetchTags(
  formats: TagFormats,
  { policy, item, variables }: { policy: TypePolicy; item: string; variables: Variables },
): readonly string[] {
  if (formats.size === 0) return [];
  const tags: string[] = [];
  const key = item === '' ? {} : (JSON.parse(item) as object);
  for (const type of policy.types) {
    // What names a key speaks of the entity itself.
    for (const format of formats.get(type) ?? []) {
      const tag = type === policy.type || !format.includes('{') ? filled(format, { key }) : null;
      if (tag !== null) tags.push(tag);
    }
  }
  for (const field of policy.rootFields) {
    for (const format of formats.get(`Query.${field.name.value}`) ?? []) {
      const tag = filled(format, { args: givenTo(field, variables) });
      if (tag !== null) tags.push(tag);
    }
  }
  return [...new Set(tags)];
}

/** The text with the values in their places; null where one of them is missing. */
export function filled(
  format: string,
  values: { readonly key?: object; readonly args?: object },
): string | null {
  let isComplete = true;
  const text = format.replace(
    /\{\$(key|args)((?:\.\w+)+)\}/g,
    (_whole, kind: 'key' | 'args', path: string) => {
      const value = path
        .slice(1)
        .split('.')
        .reduce<unknown>(
          (at, name) =>
            Object.hasOwn(Object(at) as object, name) ? (at as Record<string, unknown>)[name] : undefined,
          values[kind],
        );
      if (value === undefined || value === null) isComplete = false;
      return typeof value === 'string' ? value : String(JSON.stringify(value));
    },
  );
  return isComplete ? text : null;
}

export function givenTo(field: FieldNode, variables: Variables): object {
  const given: Record<string, unknown> = Object.create(null);
  for (const { name, value } of field.arguments ?? [])
    given[name.value] = valueFromASTUntyped(value, variables as Record<string, unknown>);
  return given;
}
