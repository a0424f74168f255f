import { Kind, type TypeNode } from 'graphql';
import { namedType } from '../joined/namedType.ts';
import type { Want } from '../wanted.ts';
import { type DraftSelection, emptySelection } from './draft.ts';
import { type Leftover, wantedOf } from './leftover.ts';
import { type PlainState, typenameField } from './plainState.ts';
import { type LocalField, localField, type Position } from './position.ts';
import { Unplannable } from './unplannable.ts';

/** Has a field that the subgraph of a position tells of objects of these types; gives what below it could not be had. */
export function planLocal(
  position: Position,
  objects: readonly string[],
  want: Want,
  state: PlainState,
): Leftover {
  const left = new Map<string, readonly Want[]>();
  const { name, node, below } = want;
  if (!below) {
    if (objects.length > 0) state.drafts.select(position, objects, { name, node, below: null });
    return left;
  }
  for (const { local, of } of alike(position, objects, want)) {
    const type = namedType(local.field.type);
    const field = state.drafts.select(position, of, { name, node, below: emptySelection(type) });
    if (!field.below) throw new Unplannable('A leaf was selected as an object');
    const child = childPosition(position, { local, selection: field.below, name: name.text });
    state.names.share(child.path);
    if (child.selection.type !== child.objects[0]) state.drafts.select(child, child.objects, typenameField);
    const unplanned = state.planPosition(child, below);
    if (unplanned.size === 0) continue;
    const reduced = { ...want, below: wantedOf(unplanned, state.joined.schema) };
    for (const object of of) left.set(object, [reduced]);
  }
  return left;
}

/** The types together for which the field is of one type and provides the same. */
function alike(position: Position, objects: readonly string[], { field }: Want) {
  const groups = new Map<string, { readonly local: LocalField; readonly of: string[] }>();
  for (const object of objects) {
    const local = localField(position, object, field) ?? requiredField(position, object, field);
    const key = `${typeText(local.field.type)} ${JSON.stringify(local.provided)}`;
    const group = groups.get(key) ?? { local, of: [] };
    group.of.push(object);
    groups.set(key, group);
  }
  return [...groups.values()];
}

/** One that what was sent along makes local. */
function requiredField({ subgraph }: Position, object: string, name: string): LocalField {
  const field = subgraph.types.get(object)?.fields.get(name);
  if (!field) throw new Unplannable(`${subgraph.name} has no ${object}.${name}`);
  return { field, provided: field.provides ? [field.provides] : [] };
}

function childPosition(
  { draft, subgraph, path, when }: Position,
  { local, selection, name }: { local: LocalField; selection: DraftSelection; name: string },
): Position {
  const items = Array.from({ length: listDepth(local.field.type) }, () => '@');
  return {
    draft,
    subgraph,
    selection,
    path: [...path, name, ...items],
    objects: (subgraph.types.get(selection.type)?.objects ?? []).filter((object) =>
      subgraph.types.has(object),
    ),
    provided: local.provided,
    when,
    outer: null,
  };
}

function listDepth(type: TypeNode): number {
  if (type.kind === Kind.NAMED_TYPE) return 0;
  return (type.kind === Kind.LIST_TYPE ? 1 : 0) + listDepth(type.type);
}

function typeText(type: TypeNode): string {
  if (type.kind === Kind.NAMED_TYPE) return type.name.value;
  return type.kind === Kind.LIST_TYPE ? `[${typeText(type.type)}]` : `${typeText(type.type)}!`;
}
