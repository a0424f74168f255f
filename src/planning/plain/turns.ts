import type { RootField } from '../rootFields.ts';
import { type When, without } from '../when.ts';
import { Unplannable } from './unplannable.ts';

/** Of fields that are selected in several places: so many places, each under conditions of its own, no client asks. */
const maxSharedTurns = 500;

/**
 * When a mutation does its fields: each where it is first selected, which may depend on conditions. Of the turns of one name no two can
 * come at once, so none is done twice.
 */
export function turns(fields: readonly RootField[]): readonly RootField[] {
  const before = new Map<string, When[]>();
  let shared = 0;
  return fields.flatMap(({ name, when }) => {
    const earlier = before.get(name) ?? [];
    let left: readonly When[] = [when];
    for (const other of earlier) {
      left = left.flatMap((one) => without(one, other));
      if (shared + left.length > maxSharedTurns)
        throw new Unplannable('A mutation asks its fields in too many places');
    }
    if (left.length > 0) before.set(name, [...earlier, when]);
    if (earlier.length > 0) shared += left.length;
    return left.map((one) => ({ name, when: one }));
  });
}
