import { type FieldNode, type GraphQLSchema, isObjectType, Kind, type SelectionSetNode } from 'graphql';
import { responseName } from '../askedOperation.ts';
import { callText } from '../fieldCall.ts';

/** A call, and the type its fragment is on; null where it stands in none. */
interface Placed {
  readonly call: string;
  readonly on: string | null;
}

/** What stands under one name: calls that differ or stand elsewhere, once each, and all that is asked below. */
interface Named {
  readonly placed: Map<string, Placed>;
  readonly below: SelectionSetNode[];
}

/**
 * Two calls under one name, as no subgraph takes them: also where conditions exclude each other, since validation looks at none of them
 * (GraphQL specification, section 5.3.2). Null where there are none.
 */
export function overlapOf(sets: readonly SelectionSetNode[], schema: GraphQLSchema): string | null {
  for (const [name, { placed, below }] of byName(sets)) {
    const all = [...placed.values()];
    for (const one of all) {
      const clash = all.find((other) => other.call !== one.call && !areApart(one, other, schema));
      if (clash) return `${name} stands for ${one.call} and for ${clash.call}`;
    }
    const overlap = overlapOf(below, schema);
    if (overlap !== null) return overlap;
  }
  return null;
}

/** No object is of both types. */
function areApart(one: Placed, other: Placed, schema: GraphQLSchema): boolean {
  return (
    one.on !== other.on && [one.on, other.on].every((on) => on !== null && isObjectType(schema.getType(on)))
  );
}

function byName(sets: readonly SelectionSetNode[]): ReadonlyMap<string, Named> {
  const fields = new Map<string, Named>();
  function look({ selections }: SelectionSetNode, on: string | null): void {
    for (const selection of selections) {
      if (selection.kind === Kind.FIELD) note(selection, on);
      else if (selection.kind === Kind.INLINE_FRAGMENT)
        look(selection.selectionSet, selection.typeCondition?.name.value ?? on);
    }
  }
  function note(node: FieldNode, on: string | null): void {
    const name = responseName(node);
    const named: Named = fields.get(name) ?? { placed: new Map(), below: [] };
    fields.set(name, named);
    const call = callText(node);
    named.placed.set(`${on} ${call}`, { call, on });
    if (node.selectionSet) named.below.push(node.selectionSet);
  }
  for (const set of sets) look(set, null);
  return fields;
}
