import {
  type DirectiveNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLInterfaceType,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLSchema,
  isAbstractType,
  Kind,
  type SelectionSetNode,
} from 'graphql';
import type { DataNames } from './dataNames.ts';

/** The boolean values that decide over `@skip` and `@include`. */
export type Conditions = ReadonlyMap<string, boolean>;

/** A field of the result: the selections that merge into it, under one response name. */
export interface CollectedField {
  readonly responseName: string;
  /** Where it stands in the data. */
  readonly dataName: string;
  /** The field's own name. */
  readonly name: string;
  /** Null for `__typename`, which every composite type has. */
  readonly type: GraphQLOutputType | null;
  readonly selectionSets: readonly SelectionSetNode[];
  /** Null whatever the data says: the session may not see it. */
  readonly isWithheld: boolean;
}

export interface CollectContext {
  readonly dataNames: DataNames;
  readonly schema: GraphQLSchema;
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  readonly conditions: Conditions;
  /** Fields the session may not see, if any. */
  readonly withheld?: ReadonlySet<FieldNode> | undefined;
}

/**
 * The fields that a result object of this type has, in the order of the operation (GraphQL specification, section 6.3.2). Conditions
 * are decided here, so what comes out is constant for one set of them.
 */
export function collectFields(
  context: CollectContext,
  type: GraphQLObjectType | GraphQLInterfaceType,
  selectionSets: readonly SelectionSetNode[],
): readonly CollectedField[] {
  const collected = new Map<string, { field: FieldNode; selectionSets: SelectionSetNode[] }>();
  const spread = new Set<string>();

  function collect({ selections }: SelectionSetNode): void {
    for (const selection of selections) {
      if (!isIncluded(selection.directives, context.conditions)) continue;
      if (selection.kind === Kind.FIELD) {
        const responseName = (selection.alias ?? selection.name).value;
        const known = collected.get(responseName);
        const entry = known ?? { field: selection, selectionSets: [] };
        if (selection.selectionSet) entry.selectionSets.push(selection.selectionSet);
        if (!known) collected.set(responseName, entry);
      } else if (selection.kind === Kind.INLINE_FRAGMENT) {
        if (applies(selection.typeCondition?.name.value)) collect(selection.selectionSet);
      } else if (!spread.has(selection.name.value)) {
        spread.add(selection.name.value);
        const fragment = context.fragments.get(selection.name.value);
        if (fragment && applies(fragment.typeCondition.name.value)) collect(fragment.selectionSet);
      }
    }
  }

  function applies(condition: string | undefined): boolean {
    if (condition === undefined || condition === type.name) return true;
    const conditionType = context.schema.getType(condition);
    return isAbstractType(conditionType) && context.schema.isSubType(conditionType, type);
  }

  for (const selectionSet of selectionSets) collect(selectionSet);
  const fields = type.getFields();
  return [...collected].map(([responseName, { field, selectionSets: below }]) => ({
    responseName,
    dataName: context.dataNames.get(field) ?? responseName,
    name: field.name.value,
    type: fields[field.name.value]?.type ?? null,
    selectionSets: below,
    isWithheld: context.withheld?.has(field) === true,
  }));
}

export function isIncluded(
  directives: readonly DirectiveNode[] | undefined,
  conditions: Conditions,
): boolean {
  return (directives ?? []).every(({ name, arguments: given }) => {
    if (name.value !== 'skip' && name.value !== 'include') return true;
    const value = given?.[0]?.value;
    const isTrue =
      value?.kind === Kind.VARIABLE
        ? conditions.get(value.name.value) === true
        : value?.kind === Kind.BOOLEAN && value.value;
    return isTrue === (name.value === 'include');
  });
}

/** The variables that `@skip` and `@include` anywhere in the document depend on. */
export function conditionVariables(selectionSets: readonly SelectionSetNode[]): readonly string[] {
  const names = new Set<string>();
  const pending = [...selectionSets];
  for (let set = pending.pop(); set; set = pending.pop()) {
    for (const selection of set.selections) {
      for (const { name, arguments: given } of selection.directives ?? []) {
        const value = given?.[0]?.value;
        if ((name.value === 'skip' || name.value === 'include') && value?.kind === Kind.VARIABLE)
          names.add(value.name.value);
      }
      if ('selectionSet' in selection && selection.selectionSet) pending.push(selection.selectionSet);
    }
  }
  return [...names];
}
