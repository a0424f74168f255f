import type { JoinedSupergraph } from '../joined/joinedSupergraph.ts';
import type { Want } from '../wanted.ts';
import type { Draft } from './draft.ts';
import { createDrafts } from './drafts.ts';
import type { Known, PlainState } from './plainState.ts';
import { planElsewhere } from './planElsewhere.ts';
import { planLocal } from './planLocal.ts';
import { planPosition } from './planPosition.ts';
import type { Position } from './position.ts';
import { createReach } from './reach.ts';
import type { RequiredNames } from './requiredNames.ts';
import { Unplannable } from './unplannable.ts';

/** The fetches for fields of a root type, in an order in which they could be done. */
export function plainDrafts(
  wants: readonly Want[],
  parts: {
    readonly root: string;
    readonly joined: JoinedSupergraph;
    readonly names: RequiredNames;
    /** Told of each place of objects; throws when there are too many. */
    readonly onPosition: () => void;
  },
): readonly Draft[] {
  const drafts = createDrafts();
  const reachFrom = createReach(parts.joined);
  const known = new Map<Position, Map<string, Known>>();
  const knownFrom = (object: string, position: Position | null): Known => ({
    object,
    position,
    path: position?.path ?? [],
    reach: reachFrom({ object, at: position }),
    entered: new Map(),
    enteredWith: new Map(),
    required: new Map(),
  });
  const state: PlainState = {
    joined: parts.joined,
    names: parts.names,
    drafts,
    known(position, object) {
      const ofPosition = known.get(position) ?? new Map<string, Known>();
      known.set(position, ofPosition);
      const found = ofPosition.get(object) ?? knownFrom(object, position);
      ofPosition.set(object, found);
      return found;
    },
    planPosition(position, wanted) {
      parts.onPosition();
      return planPosition(position, wanted, state);
    },
    planLocal: (position, objects, want) => planLocal(position, objects, want, state),
    planElsewhere: (object, more) => planElsewhere(object, more, state),
  };
  const [missing] = planElsewhere(knownFrom(parts.root, null), wants, state);
  if (missing) throw new Unplannable(`${parts.root}.${missing.field} cannot be had`);
  return drafts.all;
}
