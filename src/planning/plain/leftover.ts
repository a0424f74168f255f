import type { GraphQLSchema } from 'graphql';
import { meets, type Want, type Wanted } from '../wanted.ts';

/** What could not be had of objects where they are, by their type. */
export type Leftover = ReadonlyMap<string, readonly Want[]>;

/** The same as something to be had elsewhere. */
export function wantedOf(left: Leftover, schema: GraphQLSchema): Wanted {
  return {
    of(typeName) {
      const own = left.get(typeName);
      if (own) return own;
      for (const [other, wants] of left) if (meets(schema, typeName, other)) return wants;
      return [];
    },
    dependsOnType: (interfaceName) => !left.has(interfaceName),
  };
}
