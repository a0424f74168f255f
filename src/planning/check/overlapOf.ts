import { type FieldNode, Kind, type SelectionSetNode } from 'graphql';
import { responseName } from '../askedOperation.ts';
import { callText } from '../fieldCall.ts';
import type { JoinedSubgraph } from '../joined/joinedSupergraph.ts';
import { namedType } from '../joined/namedType.ts';
import { shapeText } from '../joined/shapeText.ts';

/** A selection, the type it is made on, null where that is not known, and the objects it lies in, null for what may be of many. */
interface Place {
  readonly set: SelectionSetNode;
  readonly on: string | null;
  readonly within: readonly (string | null)[];
}

interface Placed {
  readonly call: string;
  /** Null where it is not known. */
  readonly shape: string | null;
  readonly within: readonly (string | null)[];
}

/** What stands under one name: calls that differ or stand elsewhere, once each, and all that is asked below. */
interface Named {
  readonly placed: Map<string, Placed>;
  readonly below: Place[];
}

/**
 * Fields of one name that no subgraph takes together (GraphQL specification, section 5.3.2): two calls, also where conditions exclude each
 * other, since validation looks at none of them; two shapes, even of types that no object is both of. Null where there are none.
 */
export function overlapOf(
  set: SelectionSetNode,
  { subgraph, root }: { readonly subgraph: JoinedSubgraph; readonly root: string },
): string | null {
  return overlapIn([{ set, on: root, within: [] }], subgraph);
}

function overlapIn(places: readonly Place[], subgraph: JoinedSubgraph): string | null {
  for (const [name, { placed, below }] of byName(places, subgraph)) {
    const all = [...placed.values()];
    for (const one of all) {
      const clash = all.find((other) => !fitTogether(one, other));
      if (clash)
        return `${name} stands for ${one.call} of ${one.shape} and for ${clash.call} of ${clash.shape}`;
    }
    const overlap = overlapIn(below, subgraph);
    if (overlap !== null) return overlap;
  }
  return null;
}

function fitTogether(one: Placed, other: Placed): boolean {
  if (one.shape !== null && other.shape !== null && one.shape !== other.shape) return false;
  return one.call === other.call || areApart(one, other);
}

/** No object lies in both. */
function areApart({ within }: Placed, other: Placed): boolean {
  return within.some((object, index) => {
    const there = other.within[index] ?? null;
    return object !== null && there !== null && object !== there;
  });
}

function byName(places: readonly Place[], subgraph: JoinedSubgraph): ReadonlyMap<string, Named> {
  const fields = new Map<string, Named>();
  function look({ set, on, within }: Place): void {
    for (const selection of set.selections) {
      if (selection.kind === Kind.FIELD) note(selection, on, within);
      else if (selection.kind === Kind.INLINE_FRAGMENT)
        look({ set: selection.selectionSet, on: selection.typeCondition?.name.value ?? on, within });
    }
  }
  function note(node: FieldNode, on: string | null, above: Place['within']): void {
    const name = responseName(node);
    const named: Named = fields.get(name) ?? { placed: new Map(), below: [] };
    fields.set(name, named);
    const type = on === null ? undefined : subgraph.types.get(on);
    const field = type?.fields.get(node.name.value);
    const within = [...above, type?.kind === 'object' ? type.name : null];
    const call = callText(node);
    const shape = field ? shapeText(field.type, node.selectionSet !== undefined) : null;
    named.placed.set(`${within} ${shape} ${call}`, { call, shape, within });
    if (node.selectionSet)
      named.below.push({ set: node.selectionSet, on: field ? namedType(field.type) : null, within });
  }
  for (const place of places) look(place);
  return fields;
}
