import { Kind } from 'graphql';
import type { JoinedSubgraph, JoinedSupergraph } from '../joined/joinedSupergraph.ts';
import type { Want, Wanted } from '../wanted.ts';
import type { When } from '../when.ts';
import type { Draft, DraftField } from './draft.ts';
import type { Drafts } from './drafts.ts';
import type { Leftover } from './leftover.ts';
import type { Position } from './position.ts';
import type { Reach } from './reach.ts';
import type { RequiredNames } from './requiredNames.ts';

/** What plain planning works on; its parts call each other through it. */
export interface PlainState {
  readonly joined: JoinedSupergraph;
  readonly drafts: Drafts;
  readonly names: RequiredNames;
  /** The object of this type at a position, as far as it is known where to have what of it. */
  known(position: Position, object: string): Known;
  /** The position as far as a condition holds; the same one each time. */
  under(position: Position, when: When): Position;
  /** Has of the objects of a position what their subgraph tells, and the rest elsewhere; gives what could not be had. */
  planPosition(position: Position, wanted: Wanted): Leftover;
  /** The same with fields of some of its types that its subgraph tells. */
  planLocal(position: Position, objects: readonly string[], want: Want): Leftover;
  /** Has fields of an object from subgraphs that are still to be asked for it; gives what could not be had. */
  planElsewhere(known: Known, wants: readonly Want[]): readonly Want[];
}

/** An object of one type at a place of the data, and the ways to have more of it. */
export interface Known {
  readonly object: string;
  readonly path: readonly string[];
  /** Where it is known from; null for the root of the operation. */
  readonly position: Position | null;
  readonly reach: Reach;
  /** On what it depends that it is there. */
  readonly when: When;
  /** The same object without the last condition, and that; null where there is none. */
  readonly outer: { readonly known: Known; readonly when: When } | null;
  /** Where it has been asked for with a key alone. */
  readonly entered: Map<JoinedSubgraph, Position>;
  /** Where it has been asked for with more, by subgraph and what was sent. */
  readonly enteredWith: Map<string, Position>;
  /** Fields that are sent along, by their text. */
  readonly required: Map<string, RequiredField>;
}

/** A field that is sent to a subgraph, and the fetches that bring it. */
export interface RequiredField {
  readonly want: Want;
  readonly broughtBy: ReadonlySet<Draft>;
}

export const typenameField: DraftField = {
  name: { text: '__typename' },
  node: { kind: Kind.FIELD, name: { kind: Kind.NAME, value: '__typename' } },
  below: null,
};
