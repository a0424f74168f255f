import { print, type SelectionSetNode } from 'graphql';
import type { JoinedSubgraph } from '../joined/joinedSupergraph.ts';
import type { Draft } from './draft.ts';
import type { Known, PlainState } from './plainState.ts';
import type { Position } from './position.ts';
import { type Required, require } from './require.ts';
import { Unplannable } from './unplannable.ts';
import { viewOf } from './views.ts';

interface Entry {
  readonly subgraph: JoinedSubgraph;
  /** What its field wants sent along; null for fields that need only a key. */
  readonly requires: SelectionSetNode | null;
}

/** Asks a subgraph for an object, by a key and with what else is required; once for the same. */
export function enter(known: Known, entry: Entry, state: PlainState): Position {
  const { subgraph, requires } = entry;
  const text = requires ? `${subgraph.name} ${print(requires)}` : '';
  const there = requires ? known.enteredWith.get(text) : enteredIn(known, subgraph, state);
  if (there) return there;
  const made = open(known, entry, state);
  if (requires) known.enteredWith.set(text, made);
  else known.entered.set(subgraph, made);
  return made;
}

/** Where a subgraph is asked for the object with a key alone, if it is; in any case, or under the same condition. */
export function enteredIn(known: Known, subgraph: JoinedSubgraph, state: PlainState): Position | null {
  const there = known.entered.get(subgraph);
  if (there) return there;
  const outer = known.outer && enteredIn(known.outer.known, subgraph, state);
  return outer && known.outer ? state.under(outer, known.outer.when) : null;
}

function open(known: Known, { subgraph, requires }: Entry, state: PlainState): Position {
  const { object, path } = known;
  const view = viewOf(state.joined, subgraph, object);
  if (!view) throw new Unplannable(`${subgraph.name} does not know ${object}`);
  const root = rootOf(object, state);
  const sent = root ? null : requiredToEnter(known, { subgraph, requires }, state);
  const draft = state.drafts.add({
    subgraph,
    path,
    asks: root ?? 'entities',
    requirements: sent ? [{ type: object, sentAs: view.name, wants: sent.wants }] : [],
    when: known.when,
    after: sent?.broughtBy ?? new Set<Draft>(known.position ? [known.position.draft] : []),
    type: view.name,
  });
  const [selection] = draft.parts;
  if (!selection) throw new Unplannable('A fetch without a selection');
  return {
    draft,
    subgraph,
    selection,
    path,
    objects: view.objects,
    provided: [],
    when: known.when,
    outer: null,
  };
}

function requiredToEnter(known: Known, { subgraph, requires }: Entry, state: PlainState): Required {
  const key = known.reach.keyOf(subgraph);
  const { position } = known;
  if (!key || !position) throw new Unplannable(`${known.object} cannot be entered in ${subgraph.name}`);
  return require({ ...known, position }, requires ? [key.fields, requires] : [key.fields], state);
}

function rootOf(object: string, { joined }: PlainState): 'query' | 'mutation' | null {
  if (object === joined.schema.getQueryType()?.name) return 'query';
  return object === joined.schema.getMutationType()?.name ? 'mutation' : null;
}
