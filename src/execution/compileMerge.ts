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
 * Compiles mergeData for what one fetch answers, at the root or as entities: what was asked of it is known, so each name is read and
 * written as a constant, and what nobody asked for is left behind: it may be a field of another subgraph. For null, mergeData itself:
 * what rewrites change cannot be told.
 */
export function compileMerge(operation: string | null, what: 'root' | 'entities'): CompiledMerge {
  const asked = operation === null ? null : selectionsOf(operation, what);
  if (asked === null) return { merge: mergeData, hasObjects: true };
  return {
    merge: compileFields(asked),
    hasObjects: asked.some(({ selectionSet }) => selectionSet !== undefined),
  };
}

function compileFields(asked: readonly FieldNode[]): MergeEntity {
  const below = new Map<string, FieldNode[]>();
  for (const { alias, name, selectionSet } of asked) {
    const fields = below.get((alias ?? name).value) ?? [];
    if (selectionSet) fields.push(...fieldsOf(selectionSet));
    below.set((alias ?? name).value, fields);
  }
  const lines = [...below.keys()].map((name, index) => {
    const key = JSON.stringify(name);
    if (name === '__typename' || isInheritedName(name)) return `mergeField(${key}, t, e, rules, ${index});`;
    return `v = e[${key}];
      if (v !== undefined) {
        p = t[${key}];
        if (p === undefined || p === null || (v !== null && typeof v !== 'object')) t[${key}] = v;
        else mergeField(${key}, t, e, rules, ${index});
      }`;
  });
  const merges = [...below.values()].map((fields) => (fields.length > 0 ? compiledLater(fields) : mergeData));
  const merge = (
    name: string,
    target: DataObject,
    source: DataObject,
    rules: MergeRules,
    index: number,
  ): void => mergeField(name, { target, source, rules }, merges[index]);
  const code = `'use strict'; return function (t, e, rules) { let v, p;\n${lines.join('\n')}\n};`;
  return new Function('mergeField', code)(merge) as MergeEntity;
}

/** Objects that are there already and come again are rare. */
function compiledLater(fields: readonly FieldNode[]): MergeEntity {
  let merge: MergeEntity | null = null;
  return (target, entity, rules) => {
    merge ??= compileFields(fields);
    merge(target, entity, rules);
  };
}

/** The fields asked, of whatever type; null where they cannot be told. */
function selectionsOf(operation: string, what: 'root' | 'entities'): readonly FieldNode[] | null {
  const [definition, ...others] = parse(operation, { noLocation: true }).definitions;
  if (definition?.kind !== Kind.OPERATION_DEFINITION || others.length > 0) return null;
  const fields = fieldsOf(definition.selectionSet);
  if (what === 'root') return fields;
  const [entities] = fields;
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
