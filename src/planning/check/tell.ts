import { type FieldNode, isAbstractType, Kind, type SelectionSetNode, type TypeNode } from 'graphql';
import { type ConditionValues, isExcluded, responseName } from '../askedOperation.ts';
import { callKey } from '../callKey.ts';
import type { JoinedField } from '../joined/joinedField.ts';
import type { JoinedSubgraph, JoinedSupergraph } from '../joined/joinedSupergraph.ts';
import { namedType } from '../joined/namedType.ts';
import { providedBelow } from '../joined/providedBelow.ts';
import { meets } from '../wanted.ts';
import { Fault } from './fault.ts';
import type { HeldField, HeldObject } from './heldObject.ts';
import { has, type Sent } from './representation.ts';

export interface Telling {
  readonly subgraph: JoinedSubgraph;
  readonly joined: JoinedSupergraph;
  readonly values: ConditionValues;
  /** The type by which the subgraph knows the object. */
  readonly view: string;
  /** What `@provides` says of it. */
  readonly provided: readonly SelectionSetNode[];
  /** The representation it was found by. */
  readonly sent: Sent | null;
  /** A new object, as long as there are not too many. */
  readonly made: (type: string) => HeldObject;
}

/** Adds to an object what a subgraph tells of it. */
export function tell(object: HeldObject, set: SelectionSetNode, telling: Telling): void {
  const { view, subgraph, values } = telling;
  for (const selection of set.selections) {
    if (isExcluded(selection.directives ?? [], values)) continue;
    if (selection.kind === Kind.FIELD) {
      if (selection.name.value === '__typename') tellType(object, selection, telling);
      else tellField(object, selection, telling);
    } else if (selection.kind === Kind.INLINE_FRAGMENT) {
      const condition = selection.typeCondition?.name.value ?? view;
      if (condition === view || subgraph.types.get(condition)?.objects.includes(view))
        tell(object, selection.selectionSet, telling);
    } else {
      throw new Fault('A fetch with a named fragment');
    }
  }
}

function tellType(object: HeldObject, node: FieldNode, { view, joined }: Telling): void {
  if (responseName(node) !== '__typename') return;
  const isVaguer = object.told !== null && meets(joined.schema, object.told, view);
  if (!isVaguer) object.told = view;
}

function tellField(object: HeldObject, node: FieldNode, telling: Telling): void {
  const { subgraph, view } = telling;
  const name = node.name.value;
  const field = subgraph.types.get(view)?.fields.get(name);
  if (!field) throw new Fault(`${subgraph.name} is asked for ${view}.${name}, which it does not have`);
  const along = providedBelow(telling.provided, { object: view, name, subgraph });
  if (!isTold(field, telling) && along === null)
    throw new Fault(`${subgraph.name} is asked for ${view}.${name} without what that takes`);
  const held = heldField(object, node, { telling, field });
  if (!held.objects || !node.selectionSet) return;
  const provided = [...(field.provides ? [field.provides] : []), ...(along ?? [])];
  for (const below of subgraph.types.get(namedType(field.type))?.objects ?? []) {
    for (const type of concreteTypes(telling.joined, below)) {
      const there = held.objects.get(type) ?? telling.made(type);
      held.objects.set(type, there);
      tell(there, node.selectionSet, { ...telling, view: below, provided, sent: null });
    }
  }
}

function isTold({ isResolved, requires }: JoinedField, { sent, joined }: Telling): boolean {
  if (!isResolved || !requires) return isResolved;
  return sent !== null && has(sent, requires, joined.schema);
}

function heldField(
  object: HeldObject,
  node: FieldNode,
  { telling, field }: { telling: Telling; field: JoinedField },
): HeldField {
  const name = responseName(node);
  const call = callKey(telling.joined.schema, object.type, node);
  const there = object.fields.get(name);
  if (there && there.call !== call) throw new Fault(`${name} stands for ${there.call} and for ${call}`);
  if (there) return there;
  const made: HeldField = {
    field: node.name.value,
    call,
    objects: node.selectionSet ? new Map() : null,
    isUsed: false,
    isRisky:
      (field.requires !== null || hasNonNull(field.type)) && !isOfKey(object.type, node.name.value, telling),
  };
  object.fields.set(name, made);
  return made;
}

function hasNonNull(type: TypeNode): boolean {
  if (type.kind === Kind.NON_NULL_TYPE) return true;
  return type.kind === Kind.LIST_TYPE && hasNonNull(type.type);
}

function isOfKey(type: string, name: string, { joined, view }: Telling): boolean {
  for (const { types } of joined.subgraphs.values())
    for (const { keys } of [types.get(type), types.get(view)].filter((one) => one !== undefined))
      for (const { fields } of keys)
        if (fields.selections.some((one) => one.kind === Kind.FIELD && one.name.value === name)) return true;
  return false;
}

function concreteTypes({ schema }: JoinedSupergraph, name: string): readonly string[] {
  const type = schema.getType(name);
  return isAbstractType(type) ? schema.getPossibleTypes(type).map((one) => one.name) : [name];
}
