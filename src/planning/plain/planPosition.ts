import type { Want, Wanted } from '../wanted.ts';
import { always, both, given, type When } from '../when.ts';
import type { Leftover } from './leftover.ts';
import type { PlainState } from './plainState.ts';
import { localField, type Position } from './position.ts';
import { resolveTypes } from './resolveTypes.ts';

/** Has of the objects of a position what their subgraph tells, and the rest elsewhere; gives what could not be had. */
export function planPosition(position: Position, wanted: Wanted, state: PlainState): Leftover {
  const left = new Map<string, readonly Want[]>();
  const byCondition = new Map<string, { readonly when: When; readonly byWant: Map<Want, string[]> }>([
    ['', { when: always, byWant: new Map() }],
  ]);
  for (const object of position.objects) {
    if (isInterfaceObject(position, object) && wanted.dependsOnType(object)) {
      for (const [type, wants] of resolveTypes(state.known(position, object), wanted, state))
        left.set(type, wants);
      continue;
    }
    for (const want of wanted.of(object)) {
      // What contradicts the conditions of the objects themselves is never wanted of them.
      if (!both(position.when, want.when)) continue;
      const when = given(want.when, position.when);
      const { byWant } = byCondition.get(when.text) ?? { byWant: new Map<Want, string[]>() };
      byCondition.set(when.text, { when, byWant });
      byWant.set(want, [...(byWant.get(want) ?? []), object]);
    }
  }
  // What is wanted in any case comes first: what depends on conditions may use what was fetched for it.
  for (const { when, byWant } of byCondition.values())
    for (const [object, wants] of planWants(state.under(position, when), byWant, state))
      left.set(object, [...(left.get(object) ?? []), ...wants.map((want) => ({ ...want, when }))]);
  return left;
}

/** Wants that are all under the position's conditions. */
function planWants(
  position: Position,
  byWant: ReadonlyMap<Want, readonly string[]>,
  state: PlainState,
): Leftover {
  const left = new Map<string, readonly Want[]>();
  const elsewhere = new Map<string, Want[]>(position.objects.map((object) => [object, []]));
  for (const [want, objects] of byWant) {
    const local = objects.filter((object) => isLocal(position, object, want));
    for (const object of objects) if (!local.includes(object)) elsewhere.get(object)?.push(want);
    for (const [object, wants] of state.planLocal(position, local, want))
      elsewhere.get(object)?.push(...wants);
  }
  for (const [object, wants] of elsewhere) {
    if (wants.length === 0) continue;
    const still = state.planElsewhere(state.known(position, object), wants);
    if (still.length > 0) left.set(object, still);
  }
  return left;
}

function isInterfaceObject({ subgraph }: Position, object: string): boolean {
  return subgraph.types.get(object)?.isInterfaceObject === true;
}

function isLocal(position: Position, object: string, { field }: Want): boolean {
  return field === '__typename' || localField(position, object, field) !== null;
}
