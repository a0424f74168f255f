import { type FieldNode, type GraphQLSchema, isInterfaceType, isObjectType } from 'graphql';
import type { ResponseName } from '../wanted.ts';

/**
 * Names for what keys and `@requires` need, so that it is never taken for what a client asked. A leaf has its plain name where all
 * objects of its place are of one kind: elsewhere the name says as well which of them are meant, and others lack it.
 */
export interface RequiredNames {
  nameOf(field: FieldNode, path: readonly string[]): ResponseName;
  /** Of a field below one of those: nobody else selects anything there. */
  nameBelow(field: FieldNode): ResponseName;
  /** Another selection of objects stands at this place. */
  share(path: readonly string[]): void;
}

export function createRequiredNames(parts: {
  readonly schema: GraphQLSchema;
  /** Names that stand for something else in the operation than for a field of that name without arguments. */
  readonly claimed: ReadonlySet<string>;
}): RequiredNames {
  const taken = new Set([...parts.claimed, ...fieldNames(parts.schema)]);
  const uses = new Map<string, number>();
  let count = 0;

  function ownName(plain: string): string {
    let own = `_r${count}_${plain}`;
    while (taken.has(own)) own = `_${own}`;
    count += 1;
    return own;
  }

  return {
    nameBelow(field) {
      const plain = field.name.value;
      return { text: hasArguments(field) ? ownName(plain) : plain };
    },
    nameOf(field, path) {
      const plain = field.name.value;
      const own = ownName(plain);
      const isPlain = !hasArguments(field) && !field.selectionSet && !parts.claimed.has(plain);
      const place = path.join('.');
      return {
        get text() {
          return isPlain && (uses.get(place) ?? 0) <= 1 ? plain : own;
        },
      };
    },
    share(path) {
      const place = path.join('.');
      uses.set(place, (uses.get(place) ?? 0) + 1);
    },
  };
}

function hasArguments({ arguments: given = [] }: FieldNode): boolean {
  return given.length > 0;
}

function fieldNames(schema: GraphQLSchema): readonly string[] {
  return Object.values(schema.getTypeMap()).flatMap((type) =>
    isObjectType(type) || isInterfaceType(type) ? Object.keys(type.getFields()) : [],
  );
}
