import { type FieldNode, Kind, type SelectionSetNode } from 'graphql';
import type { JoinedField } from '../joined/joinedField.ts';
import type { JoinedSubgraph, JoinedSupergraph } from '../joined/joinedSupergraph.ts';
import type { JoinedKey } from '../joined/joinedType.ts';
import { namedType } from '../joined/namedType.ts';
import { meets } from '../wanted.ts';
import { type LocalField, localField, type Position } from './position.ts';
import { views } from './views.ts';

/** An object, and the subgraph it is known by before anything else is fetched of it; none for a root type. */
export interface Home {
  readonly object: string;
  readonly at: Pick<Position, 'subgraph' | 'provided'> | null;
}

/** How to get from a subgraph to others with an object in hand. Costs are fetches that have to follow each other; infinite where no way leads. */
export interface Reach {
  /** To ask a subgraph for what needs no more than a key; 0 at home. */
  costOf(subgraph: JoinedSubgraph): number;
  /** To ask it for what needs these fields sent along. */
  costOfRequiring(subgraph: JoinedSubgraph, requires: SelectionSetNode): number;
  /** To have all of these fields. */
  costOfSet(set: SelectionSetNode): number;
  /** The key to enter a subgraph by, home too; null where there is none. */
  keyOf(subgraph: JoinedSubgraph): JoinedKey | null;
}

/** Field sets lead to other entities, and their keys to more; deeper than this nobody writes. */
const maxDepth = 4;
const never = Number.POSITIVE_INFINITY;

export function createReach(joined: JoinedSupergraph): (home: Home) => Reach {
  const roots = new Set(
    [joined.schema.getQueryType(), joined.schema.getMutationType()].flatMap((type) => type?.name ?? []),
  );
  const known = new Map<string, Reach>();
  return (home) => {
    const find = (): Reach => reachFrom(home, { joined, roots, depth: 0 });
    // What is provided differs from place to place, and is rare.
    if ((home.at?.provided.length ?? 0) > 0) return find();
    const key = `${home.object} ${home.at?.subgraph.name ?? ''}`;
    const reach = known.get(key) ?? find();
    known.set(key, reach);
    return reach;
  };
}

interface ReachParts {
  readonly joined: JoinedSupergraph;
  readonly roots: ReadonlySet<string>;
  readonly depth: number;
}

function reachFrom({ object, at }: Home, parts: ReachParts): Reach {
  const knowing = views(parts.joined, object);
  const entries = new Map<JoinedSubgraph, { readonly key: JoinedKey | null; readonly cost: number }>();
  const pending = new Set<JoinedField>();
  const entryCost = (subgraph: JoinedSubgraph): number => entries.get(subgraph)?.cost ?? never;
  const reach: Reach = {
    costOf: (subgraph) => (subgraph === at?.subgraph ? 0 : entryCost(subgraph)),
    costOfRequiring: (subgraph, requires) => Math.max(entryCost(subgraph), 1 + reach.costOfSet(requires)),
    costOfSet: ({ selections }) =>
      highest(selections, (selection) => {
        if (selection.kind === Kind.FIELD) return ofField(selection);
        if (selection.kind === Kind.FRAGMENT_SPREAD) return never;
        const applies = meets(parts.joined.schema, object, selection.typeCondition?.name.value);
        return applies ? reach.costOfSet(selection.selectionSet) : 0;
      }),
    keyOf: (subgraph) => entries.get(subgraph)?.key ?? null,
  };

  function ofField(node: FieldNode): number {
    if (node.name.value === '__typename') return 0;
    return Math.min(...[...knowing.keys()].map((subgraph) => ofFieldIn(subgraph, node)));
  }

  function ofFieldIn(subgraph: JoinedSubgraph, node: FieldNode): number {
    const local = at?.subgraph === subgraph ? localField(at, object, node.name.value) : null;
    if (local) return ofBelow(subgraph, local, node);
    const field = knowing.get(subgraph)?.fields.get(node.name.value);
    if (!field?.isResolved || pending.has(field)) return never;
    pending.add(field);
    const cost =
      field.requires === null ? reach.costOf(subgraph) : reach.costOfRequiring(subgraph, field.requires);
    pending.delete(field);
    return cost + ofBelow(subgraph, { field, provided: field.provides ? [field.provides] : [] }, node);
  }

  function ofBelow(subgraph: JoinedSubgraph, local: LocalField, { selectionSet }: FieldNode): number {
    if (!selectionSet) return 0;
    if (parts.depth >= maxDepth) return never;
    const type = subgraph.types.get(namedType(local.field.type));
    const below = { ...parts, depth: parts.depth + 1 };
    return highest(type?.objects ?? [], (one) => {
      const home = { object: one, at: { subgraph, provided: local.provided } };
      return isAllLocal(home, selectionSet) ? 0 : reachFrom(home, below).costOfSet(selectionSet);
    });
  }

  findEntries();
  return reach;

  /** Each round may reach what the last one made reachable. */
  function findEntries(): void {
    for (let isBetter = true; isBetter; ) {
      isBetter = false;
      for (const [subgraph, view] of knowing) {
        if (parts.roots.has(object)) {
          if (!entries.has(subgraph)) entries.set(subgraph, { key: null, cost: 1 });
          continue;
        }
        for (const key of view.keys) {
          if (!key.isResolvable) continue;
          const cost = 1 + reach.costOfSet(key.fields);
          if (cost >= entryCost(subgraph)) continue;
          entries.set(subgraph, { key, cost });
          isBetter = true;
        }
      }
    }
  }
}

function isAllLocal({ object, at }: Home, { selections }: SelectionSetNode): boolean {
  return selections.every((selection) => {
    if (selection.kind !== Kind.FIELD || !at) return false;
    if (selection.name.value === '__typename') return true;
    const local = localField(at, object, selection.name.value);
    if (!local || !selection.selectionSet) return local !== null;
    const objects = at.subgraph.types.get(namedType(local.field.type))?.objects ?? [];
    const below = selection.selectionSet;
    return objects.every((one) =>
      isAllLocal({ object: one, at: { subgraph: at.subgraph, provided: local.provided } }, below),
    );
  });
}

function highest<Item>(items: readonly Item[], costOf: (item: Item) => number): number {
  return Math.max(0, ...items.map(costOf));
}
