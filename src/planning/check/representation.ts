import type { FetchDataRewrite, QueryPlanSelectionNode } from '@apollo/query-planner';
import { type GraphQLSchema, Kind, type SelectionSetNode } from 'graphql';
import { callKey } from '../callKey.ts';
import { meets } from '../wanted.ts';
import type { HeldObject } from './heldObject.ts';

/** What is sent of an object to the subgraph that is to find it, or of one below that. */
export interface Sent {
  /** The type it has, and the one that is sent. */
  readonly type: string;
  sentAs: string;
  readonly fields: Map<string, SentField>;
}

interface SentField {
  readonly call: string;
  /** By type; null where the engine would send null since something is missing below. */
  readonly objects: ReadonlyMap<string, Sent | null> | null;
}

interface RepresentationParts {
  readonly schema: GraphQLSchema;
  /** What becomes of an object that lacks a field. */
  readonly missing: 'refused' | 'left out';
  readonly rewrites: readonly FetchDataRewrite[];
}

/** The representation of an object; null when there is none, as something is missing or it is of no type that is meant. */
export function representation(
  object: HeldObject,
  requires: readonly QueryPlanSelectionNode[],
  parts: RepresentationParts,
): Sent | null {
  const sent = select(object, requires, parts);
  if (!sent || sent.fields.size === 0 || sent.sentAs === '') return null;
  for (const rewrite of parts.rewrites) apply(sent, rewrite, parts.schema);
  return sent;
}

function select(
  object: HeldObject,
  requires: readonly QueryPlanSelectionNode[],
  parts: RepresentationParts,
): Sent | null {
  const sent: Sent = { type: object.type, sentAs: '', fields: new Map() };
  for (const selection of requires) {
    if (selection.kind === 'InlineFragment') {
      const { typeCondition } = selection;
      const isMet =
        typeCondition === undefined ||
        (object.told !== null && meets(parts.schema, object.told, typeCondition));
      if (!isMet) continue;
      const part = select(object, selection.selections, parts);
      if (!part) return null;
      sent.sentAs ||= part.sentAs;
      for (const [name, field] of part.fields) sent.fields.set(name, field);
    } else if (selection.name === '__typename') {
      if (object.told !== null) sent.sentAs = object.told;
      else if (parts.missing === 'refused') return null;
    } else {
      const field = selectField(object, selection, parts);
      if (field) sent.fields.set(selection.alias ?? selection.name, field);
      else if (parts.missing === 'refused') return null;
    }
  }
  return sent;
}

function selectField(
  object: HeldObject,
  { alias, name, selections }: Extract<QueryPlanSelectionNode, { kind: 'Field' }>,
  parts: RepresentationParts,
): SentField | null {
  const held = object.fields.get(alias ?? name);
  if (!held) return null;
  held.isUsed = true;
  if (!held.objects || !selections) return { call: held.call, objects: null };
  const objects = new Map<string, Sent | null>();
  for (const [type, below] of held.objects) objects.set(type, select(below, selections, parts));
  return { call: held.call, objects };
}

function apply(sent: Sent, rewrite: FetchDataRewrite, schema: GraphQLSchema): void {
  let level: readonly Sent[] = [sent];
  for (const step of rewrite.path.slice(0, -1)) {
    level = step.startsWith('... on ')
      ? level.filter(({ sentAs, type }) => meets(schema, sentAs || type, step.slice('... on '.length)))
      : level
          .flatMap(({ fields }) => [...(fields.get(step)?.objects?.values() ?? [])])
          .filter((one) => one !== null);
  }
  const last = rewrite.path.at(-1) ?? '';
  for (const one of level) {
    const field = one.fields.get(last);
    if (rewrite.kind === 'ValueSetter') {
      if (last === '__typename') one.sentAs = String(rewrite.setValueTo);
    } else if (field) {
      one.fields.set(rewrite.renameKeyTo, field);
      one.fields.delete(last);
    }
  }
}

/** Whether all of a set of fields is sent, each with the arguments that the set says. */
export function has(sent: Sent, { selections }: SelectionSetNode, schema: GraphQLSchema): boolean {
  return selections.every((selection) => {
    if (selection.kind === Kind.FRAGMENT_SPREAD) return false;
    if (selection.kind === Kind.INLINE_FRAGMENT) {
      const applies = meets(schema, sent.type, selection.typeCondition?.name.value);
      return !applies || has(sent, selection.selectionSet, schema);
    }
    if (selection.name.value === '__typename') return sent.sentAs !== '';
    const field = sent.fields.get(selection.name.value);
    if (!field || field.call !== callKey(schema, sent.type, selection)) return false;
    const { selectionSet } = selection;
    if (!selectionSet || !field.objects) return !selectionSet;
    return [...field.objects.values()].every((below) => below !== null && has(below, selectionSet, schema));
  });
}
