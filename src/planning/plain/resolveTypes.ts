import type { Wanted } from '../wanted.ts';
import { enter } from './enter.ts';
import { type Leftover, wantedOf } from './leftover.ts';
import type { Known, PlainState } from './plainState.ts';

/**
 * Has what depends on the type of an interface object, of which its subgraph knows only that it is one: from a subgraph that knows the
 * interface, and from there on. Gives what could not be had, by type.
 */
export function resolveTypes(known: Known, wanted: Wanted, state: PlainState): Leftover {
  const { joined } = state;
  const knowing = [...joined.subgraphs.values()]
    .filter(({ types }) => types.get(known.object)?.kind === 'interface')
    .filter((subgraph) => Number.isFinite(known.reach.costOf(subgraph)))
    .sort((a, b) => known.reach.costOf(a) - known.reach.costOf(b));
  let left: Leftover = new Map(
    joined.schema
      .getPossibleTypes(joined.schema.getType(known.object) as never)
      .map(({ name }) => [name, wanted.of(name)]),
  );
  for (const subgraph of knowing) {
    left = state.planPosition(
      enter(known, { subgraph, requires: null }, state),
      wantedOf(left, joined.schema),
    );
    if (left.size === 0) break;
  }
  return left;
}
