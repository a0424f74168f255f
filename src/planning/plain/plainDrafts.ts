import type { JoinedSupergraph } from '../joined/joinedSupergraph.ts';
import type { Want } from '../wanted.ts';
import { always, type When } from '../when.ts';
import type { Draft } from './draft.ts';
import { createDrafts } from './drafts.ts';
import type { Known, PlainState } from './plainState.ts';
import { planElsewhere } from './planElsewhere.ts';
import { planLocal } from './planLocal.ts';
import { planPosition } from './planPosition.ts';
import { type Position, positionUnder } from './position.ts';
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
  const knownFrom = (object: string, position: Position | null, outer: Known['outer']): Known => ({
    object,
    position,
    path: position?.path ?? [],
    reach: reachFrom({ object, at: position }),
    when: position?.when ?? outer?.when ?? always,
    outer,
    entered: new Map(),
    enteredWith: new Map(),
    required: new Map(),
  });
  const under = new Map<Position, Map<string, Position>>();
  const state: PlainState = {
    joined: parts.joined,
    names: parts.names,
    drafts,
    known(position, object) {
      const ofPosition = known.get(position) ?? new Map<string, Known>();
      known.set(position, ofPosition);
      const { outer } = position;
      const outerKnown = outer && { known: state.known(outer.position, object), when: outer.when };
      const found = ofPosition.get(object) ?? knownFrom(object, position, outerKnown);
      ofPosition.set(object, found);
      return found;
    },
    under(position, when) {
      const ofPosition = under.get(position) ?? new Map<string, Position>();
      under.set(position, ofPosition);
      const found = ofPosition.get(when.text) ?? positionUnder(position, when);
      ofPosition.set(when.text, found);
      return found;
    },
    planPosition(position, wanted) {
      parts.onPosition();
      return planPosition(position, wanted, state);
    },
    planLocal: (position, objects, want) => planLocal(position, objects, want, state),
    planElsewhere: (object, more) => planElsewhere(object, more, state),
  };
  const root = knownFrom(parts.root, null, null);
  for (const { when, of } of byCondition(wants)) {
    const ofRoot = when.values.size === 0 ? root : knownFrom(parts.root, null, { known: root, when });
    const [missing] = planElsewhere(ofRoot, of, state);
    if (missing) throw new Unplannable(`${parts.root}.${missing.field} cannot be had`);
  }
  return drafts.all;
}

/** What is wanted in any case comes first. */
function byCondition(
  wants: readonly Want[],
): readonly { readonly when: When; readonly of: readonly Want[] }[] {
  const whens = new Map([['', always], ...wants.map(({ when }) => [when.text, when] as const)]);
  return [...whens.values()].map((when) => ({
    when,
    of: wants.filter((want) => want.when.text === when.text),
  }));
}
