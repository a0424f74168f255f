import { type FieldNode, type GraphQLSchema, isObjectType, Kind, type SelectionSetNode } from 'graphql';
import { responseName } from '../askedOperation.ts';
import { callText } from '../fieldCall.ts';

/** A field, and the type its fragment is on; null where it stands in none. */
interface Placed {
  readonly node: FieldNode;
  readonly on: string | null;
}

/**
 * Two calls under one name, as no subgraph takes them: also where conditions exclude each other, since validation looks at none of them
 * (GraphQL specification, section 5.3.2). Null where there are none.
 */
export function overlapOf(sets: readonly SelectionSetNode[], schema: GraphQLSchema): string | null {
  for (const [name, placed] of byName(sets)) {
    const calls = placed.map(({ node }) => callText(node));
    for (const [index, other] of placed.entries()) {
      const clash = placed.findIndex(
        (one, at) => calls[at] !== calls[index] && !areApart(one, other, schema),
      );
      if (clash !== -1) return `${name} stands for ${calls[clash]} and for ${calls[index]}`;
    }
    const below = overlapOf(
      placed.flatMap(({ node }) => node.selectionSet ?? []),
      schema,
    );
    if (below !== null) return below;
  }
  return null;
}

/** No object is of both types. */
function areApart(one: Placed, other: Placed, schema: GraphQLSchema): boolean {
  return (
    one.on !== other.on && [one.on, other.on].every((on) => on !== null && isObjectType(schema.getType(on)))
  );
}

function byName(sets: readonly SelectionSetNode[]): Map<string, Placed[]> {
  const fields = new Map<string, Placed[]>();
  function look({ selections }: SelectionSetNode, on: string | null): void {
    for (const selection of selections) {
      if (selection.kind === Kind.FIELD) {
        const name = responseName(selection);
        const placed = fields.get(name);
        if (placed) placed.push({ node: selection, on });
        else fields.set(name, [{ node: selection, on }]);
      } else if (selection.kind === Kind.INLINE_FRAGMENT) {
        look(selection.selectionSet, selection.typeCondition?.name.value ?? on);
      }
    }
  }
  for (const set of sets) look(set, null);
  return fields;
}
