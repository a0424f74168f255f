import type { SelectionSetNode } from 'graphql';
import type { JoinedField } from '../joined/joinedField.ts';
import type { JoinedSubgraph } from '../joined/joinedSupergraph.ts';
import { providedBelow } from '../joined/providedBelow.ts';
import { both, type When } from '../when.ts';
import { type Draft, type DraftSelection, emptySelection } from './draft.ts';
import { Unplannable } from './unplannable.ts';

/** Objects that a fetch brings, and the selection in it that says what of them. */
export interface Position {
  readonly draft: Draft;
  readonly subgraph: JoinedSubgraph;
  readonly selection: DraftSelection;
  readonly path: readonly string[];
  /** The types they may have, as the subgraph knows them. */
  readonly objects: readonly string[];
  /** What `@provides` says of them. */
  readonly provided: readonly SelectionSetNode[];
  /** On what it depends that they are there. */
  readonly when: When;
  /** Where the same objects are selected from without the last condition, and that; null where there is none. */
  readonly outer: { readonly position: Position; readonly when: When } | null;
}

/** The same objects as far as a condition holds. */
export function positionUnder(position: Position, when: When): Position {
  if (when.values.size === 0) return position;
  const { under, type } = position.selection;
  const place = under.get(when.text) ?? { when, selection: emptySelection(type) };
  under.set(when.text, place);
  const joint = both(position.when, when);
  if (!joint) throw new Unplannable('Conditions that exclude each other');
  return { ...position, selection: place.selection, when: joint, outer: { position, when } };
}

/** A field that a subgraph tells at a position, with what it provides below. */
export interface LocalField {
  readonly field: JoinedField;
  readonly provided: readonly SelectionSetNode[];
}

/** Null for a field that has to be had elsewhere, or here with more sent along. */
export function localField(
  { subgraph, provided }: Pick<Position, 'subgraph' | 'provided'>,
  object: string,
  name: string,
): LocalField | null {
  const field = subgraph.types.get(object)?.fields.get(name);
  if (!field) return null;
  const along = providedBelow(provided, { object, name, subgraph });
  const isTold = field.isResolved && field.requires === null;
  if (!isTold && along === null) return null;
  return { field, provided: [...(field.provides ? [field.provides] : []), ...(along ?? [])] };
}
