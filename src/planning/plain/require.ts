import { type FieldNode, Kind, print, type SelectionSetNode } from 'graphql';
import { callText } from '../fieldCall.ts';
import { createWanted, type ResponseName, type Want } from '../wanted.ts';
import { always } from '../when.ts';
import type { Draft } from './draft.ts';
import { type Known, type PlainState, type RequiredField, typenameField } from './plainState.ts';
import { localField, type Position } from './position.ts';
import { Unplannable } from './unplannable.ts';

/** What stands in a representation, and the fetches that bring it. */
export interface Required {
  readonly wants: readonly Want[];
  readonly broughtBy: ReadonlySet<Draft>;
}

/** Has of an object the fields of these sets, under names that only representations use, and its type. */
export function require(
  known: Known & { readonly position: Position },
  sets: readonly SelectionSetNode[],
  state: PlainState,
): Required {
  const { object, position } = known;
  const names = namesIn(sets, known, state);
  const wanted = createWanted({
    schema: state.joined.schema,
    fragments: new Map(),
    whenOf: () => always,
    nameOf: (field) => names.get(field) ?? typenameField.name,
  });
  const broughtBy = new Set<Draft>([position.draft]);
  state.drafts.select(position, [object], typenameField);
  const fields = wanted(sets)
    .of(object)
    .filter(({ field }) => field !== '__typename')
    .map((want) => haveField(known, want, state));
  for (const field of fields) for (const draft of field.broughtBy) broughtBy.add(draft);
  return { wants: fields.map(({ want }) => want), broughtBy };
}

function haveField(
  known: Known & { readonly position: Position },
  want: Want,
  state: PlainState,
): RequiredField {
  const { object, position, required } = known;
  const text = [callText(want.node), ...want.places.map(({ set }) => print(set))].join(' ');
  const there = haveAlready(known, text);
  if (there) {
    state.drafts.touch(there.broughtBy);
    return there;
  }
  const broughtBy = state.drafts.touchedBy(() => {
    const isLocal = localField(position, object, want.field) !== null;
    const left = isLocal ? (state.planLocal(position, [object], want).get(object) ?? []) : [want];
    const missing = left.length > 0 ? state.planElsewhere(known, left) : [];
    if (missing.length > 0) throw new Unplannable(`${object}.${want.field} is required and cannot be had`);
  });
  const field = { want, broughtBy };
  required.set(text, field);
  return field;
}

/** A field that is required of the object in any case, or under the same conditions. */
function haveAlready({ required, outer }: Known, text: string): RequiredField | undefined {
  return required.get(text) ?? (outer ? haveAlready(outer.known, text) : undefined);
}

/** Names for the fields of sets; the same field with the same arguments has one in one place. */
function namesIn(
  sets: readonly SelectionSetNode[],
  { path }: Known,
  { names }: PlainState,
): ReadonlyMap<FieldNode, ResponseName> {
  const byPlace = new Map<string, ResponseName>();
  const byField = new Map<FieldNode, ResponseName>();
  function look({ selections }: SelectionSetNode, place: string): void {
    for (const selection of selections) {
      if (selection.kind === Kind.FRAGMENT_SPREAD) continue;
      if (selection.kind === Kind.INLINE_FRAGMENT) {
        look(selection.selectionSet, place);
      } else if (selection.name.value !== '__typename') {
        const here = `${place}/${callText(selection)}`;
        const isTop = place === '';
        const name =
          byPlace.get(here) ?? (isTop ? names.nameOf(selection, path) : names.nameBelow(selection));
        byPlace.set(here, name);
        byField.set(selection, name);
        if (selection.selectionSet) look(selection.selectionSet, here);
      }
    }
  }
  for (const set of sets) look(set, '');
  return byField;
}
