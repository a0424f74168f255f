import { print } from 'graphql';
import type { JoinedField } from '../joined/joinedField.ts';
import type { JoinedSubgraph } from '../joined/joinedSupergraph.ts';
import type { Want } from '../wanted.ts';
import { enter } from './enter.ts';
import { wantedOf } from './leftover.ts';
import type { Known, PlainState } from './plainState.ts';
import { resolveTypes } from './resolveTypes.ts';
import { views } from './views.ts';

/** A field to be had, and where that was tried: an object without a key may have some fields here, and others there. */
interface Open {
  readonly want: Want;
  readonly tried: ReadonlySet<string>;
}

/** A subgraph to ask for some of the fields. */
interface Way {
  readonly id: string;
  readonly subgraph: JoinedSubgraph;
  readonly field: JoinedField;
  readonly cost: number;
}

/** Has fields of an object, all under its conditions, from subgraphs that are still to be asked for it; gives what could not be had. */
export function planElsewhere(known: Known, wants: readonly Want[], state: PlainState): readonly Want[] {
  const home = known.position?.subgraph.name;
  let open: readonly Open[] = wants.map((want) => ({
    want,
    tried: new Set(home === undefined ? [] : [home]),
  }));
  for (;;) {
    const way = bestWay(known, open, state);
    if (!way) break;
    const position = enter(known, { subgraph: way.subgraph, requires: way.field.requires }, state);
    const [object = known.object] = position.objects;
    open = open.flatMap(({ want, tried }) => {
      const isOnWay = waysOf(known, { want, tried }, state).some(({ id }) => id === way.id);
      if (!isOnWay) return [{ want, tried }];
      const left = state.planLocal(position, [object], want).get(object) ?? [];
      return left.map((rest) => ({ want: rest, tried: new Set([...tried, way.id]) }));
    });
  }
  const left = open.map(({ want }) => want);
  if (left.length === 0 || !isInterfaceObject(known)) return left;
  const byType = resolveTypes(known, wantedOf(new Map([[known.object, left]]), state.joined.schema), state);
  return byType.size === 0 ? [] : left;
}

/** Whether it is known only as that, where it is known from. */
function isInterfaceObject({ object, position }: Known): boolean {
  return position?.subgraph.types.get(object)?.isInterfaceObject === true;
}

/** The one that takes the fewest fetches one after the other; of those the one that serves the most fields. */
function bestWay(known: Known, open: readonly Open[], state: PlainState): Way | null {
  const ways = open.flatMap((one) => waysOf(known, one, state));
  const served = new Map<string, number>();
  for (const { id } of ways) served.set(id, (served.get(id) ?? 0) + 1);
  const [best = null] = ways.sort(
    (a, b) => a.cost - b.cost || (served.get(b.id) ?? 0) - (served.get(a.id) ?? 0) || (a.id < b.id ? -1 : 1),
  );
  return best;
}

function waysOf(known: Known, { want, tried }: Open, { joined }: PlainState): readonly Way[] {
  return [...views(joined, known.object)].flatMap(([subgraph, view]) => {
    const field = view.kind === 'object' ? view.fields.get(want.field) : undefined;
    if (!field?.isResolved) return [];
    const id = field.requires ? `${subgraph.name} ${print(field.requires)}` : subgraph.name;
    const cost = costOf(known, subgraph, field);
    return tried.has(id) || !Number.isFinite(cost) ? [] : [{ id, subgraph, field, cost }];
  });
}

function costOf(known: Known, subgraph: JoinedSubgraph, { requires }: JoinedField): number {
  if (requires) return known.reach.costOfRequiring(subgraph, requires);
  return isEntered(known, subgraph) ? 0 : known.reach.costOf(subgraph);
}

function isEntered({ entered, outer }: Known, subgraph: JoinedSubgraph): boolean {
  return entered.has(subgraph) || (outer !== null && isEntered(outer.known, subgraph));
}
