import type { JoinedSubgraph } from '../joined/joinedSupergraph.ts';
import { namedType } from '../joined/namedType.ts';
import { type Draft, type DraftField, type DraftFields, emptySelection } from './draft.ts';
import type { Position } from './position.ts';
import { Unplannable } from './unplannable.ts';

/** The fetches of a plan so far, in an order in which they could be done. */
export interface Drafts {
  readonly all: readonly Draft[];
  add(draft: Omit<Draft, 'parts'> & { readonly type: string }): Draft;
  /** Selects a field of objects of these types; where they have it already, that is given. */
  select(position: Position, objects: readonly string[], field: DraftField): DraftField;
  /** Does something; gives the fetches that it took fields from. */
  touchedBy(work: () => void): ReadonlySet<Draft>;
  touch(drafts: Iterable<Draft>): void;
}

export function createDrafts(): Drafts {
  const all: Draft[] = [];
  const watching = new Set<Set<Draft>>();

  function touch(drafts: Iterable<Draft>): void {
    for (const draft of drafts) for (const touched of watching) touched.add(draft);
  }

  return {
    all,
    touch,
    add({ type, ...draft }) {
      const made = { ...draft, parts: [emptySelection(type)] };
      all.push(made);
      return made;
    },
    select(position, objects, field) {
      touch([position.draft]);
      const places = fieldsFor(position, objects, field);
      const there = places.find((fields) => fields.has(field.name))?.get(field.name);
      const selected = there ?? field;
      for (const fields of places) {
        if ((fields.get(field.name) ?? selected) !== selected)
          throw new Unplannable('One name is selected in two ways');
        fields.set(field.name, selected);
      }
      return selected;
    },
    touchedBy(work) {
      const touched = new Set<Draft>();
      watching.add(touched);
      try {
        work();
      } finally {
        watching.delete(touched);
      }
      return touched;
    },
  };
}

/** Where to write a field: once for all objects if the type they stand under has it, else under each of theirs. */
function fieldsFor(
  { selection, objects: all, subgraph }: Position,
  objects: readonly string[],
  { node, below }: DraftField,
): DraftFields[] {
  const name = node.name.value;
  if (name === '__typename' || objects.includes(selection.type)) return [selection.own];
  const ofAll = all.length === objects.length ? fieldOf(subgraph, selection.type, name) : undefined;
  if (ofAll && (!below || below.type === namedType(ofAll.type))) return [selection.own];
  return objects.map((object) => {
    const fields = selection.byType.get(object) ?? new Map();
    selection.byType.set(object, fields);
    return fields;
  });
}

function fieldOf({ types }: JoinedSubgraph, type: string, name: string) {
  return types.get(type)?.fields.get(name);
}
