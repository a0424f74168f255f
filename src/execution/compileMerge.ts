import { type FieldNode, Kind, parse, type SelectionSetNode } from 'graphql';
import { type MergeRules, mergeData, mergeField } from './mergeData.ts';
import { type DataObject, isInheritedName } from './ownValue.ts';

/** Merges an entity that a subgraph sent into an object of the data. */
export type MergeEntity = (target: DataObject, entity: DataObject, rules: MergeRules) => void;

export interface CompiledMerge {
  readonly merge: MergeEntity;
  /** Whether entities may hold objects. */
  readonly hasObjects: boolean;
}

/**
 * Compiles mergeData for the entities of one fetch: what was asked of them is known, so each name is read and written as a constant, and
 * what nobody asked for is left behind. For null, mergeData itself: what rewrites change cannot be told.
 */
export function compileMerge(operation: string | null): CompiledMerge {
  const asked = operation === null ? null : entitySelections(operation);
  if (asked === null) return { merge: mergeData, hasObjects: true };
  const names = new Set(asked.map(({ alias, name }) => (alias ?? name).value));
  const lines = [...names].map((name) => {
    const key = JSON.stringify(name);
    if (name === '__typename' || isInheritedName(name)) return `mergeField(${key}, t, e, rules);`;
    return `v = e[${key}];
      if (v !== undefined) {
        p = t[${key}];
        if (p === undefined || p === null || (v !== null && typeof v !== 'object')) t[${key}] = v;
        else mergeField(${key}, t, e, rules);
      }`;
  });
  const code = `'use strict'; return function (t, e, rules) { let v, p;\n${lines.join('\n')}\n};`;
  const merge = (name: string, target: DataObject, source: DataObject, rules: MergeRules): void =>
    mergeField(name, { target, source, rules });
  return {
    merge: new Function('mergeField', code)(merge) as MergeEntity,
    hasObjects: asked.some(({ selectionSet }) => selectionSet !== undefined),
  };
}

/** The fields asked of the entities, of whatever type; null where they cannot be told. */
function entitySelections(operation: string): readonly FieldNode[] | null {
  const [definition, ...others] = parse(operation, { noLocation: true }).definitions;
  if (definition?.kind !== Kind.OPERATION_DEFINITION || others.length > 0) return null;
  const [entities] = definition.selectionSet.selections as readonly FieldNode[];
  return entities?.name.value === '_entities' && entities.selectionSet
    ? fieldsOf(entities.selectionSet)
    : null;
}

function fieldsOf({ selections }: SelectionSetNode): readonly FieldNode[] {
  return selections.flatMap((selection) => {
    if (selection.kind === Kind.FIELD) return [selection];
    return selection.kind === Kind.INLINE_FRAGMENT ? fieldsOf(selection.selectionSet) : [];
  });
}
