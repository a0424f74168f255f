import {
  type DirectiveNode,
  type DocumentNode,
  type FieldNode,
  type GraphQLInterfaceType,
  type GraphQLObjectType,
  type GraphQLSchema,
  isAbstractType,
  isInterfaceType,
  isObjectType,
  Kind,
  print,
  type SelectionNode,
  type SelectionSetNode,
  TypeInfo,
  visit,
  visitWithTypeInfo,
} from 'graphql';
import type { DataNames } from './dataNames.ts';
import { withoutUnused } from './withoutUnused.ts';

/** Fragments are copied for each type, and those in them again: beyond so many they stay as they are, and planning decides. */
const maxCopies = 500;

const nothing: ReadonlySet<SelectionNode> = new Set();
const typename: FieldNode = { kind: Kind.FIELD, name: { kind: Kind.NAME, value: '__typename' } };

/**
 * The document to plan in the place of the client's: its fields have the names of the data, and it asks `__typename` where the planner
 * would not see that it is needed:
 *
 * - Where fragments select from an abstract type: of an interface object, only the subgraph that knows the types can tell it.
 * - Where conditions may leave nothing to ask: whether there is an object is still to be found out.
 *
 * Constant conditions are followed: the planner loses some of them.
 *
 * On interface objects, and on objects, fragments of other abstract types become fragments of the object types meant: the planner fails on them
 * ("We should have an edge from … for __typename").
 */
export function documentToPlan(
  document: DocumentNode,
  {
    schema,
    dataNames,
    interfaceObjects,
    withheld = nothing,
  }: {
    readonly schema: GraphQLSchema;
    readonly dataNames: DataNames;
    readonly interfaceObjects: ReadonlySet<string>;
    /** Fields that are not asked. */
    readonly withheld?: ReadonlySet<SelectionNode> | undefined;
  },
): string {
  const info = new TypeInfo(schema);
  const fragments = new Map<string, SelectionSetNode>();
  const conditions = new Map<string, string>();
  for (const definition of document.definitions) {
    if (definition.kind !== Kind.FRAGMENT_DEFINITION) continue;
    fragments.set(definition.name.value, definition.selectionSet);
    conditions.set(definition.name.value, definition.typeCondition.name.value);
  }
  let copies = 0;
  const planned = visit(
    document,
    visitWithTypeInfo(info, {
      [Kind.FIELD](field) {
        const name = dataNames.get(field);
        if (name === undefined || name === (field.alias ?? field.name).value) return undefined;
        if (isIntrospection(field))
          return { ...field, alias: { kind: Kind.NAME, value: `_i_${(field.alias ?? field.name).value}` } };
        const { alias: _theirs, ...plain } = field;
        return name === field.name.value ? plain : { ...plain, alias: { kind: Kind.NAME, value: name } };
      },
      // Those that exclude have been followed, below.
      [Kind.DIRECTIVE]: (directive) => (constantOf(directive) === null ? undefined : null),
      [Kind.SELECTION_SET](set, _key, parent) {
        const type = info.getParentType();
        const isInterfaceObject = isInterfaceType(type) && interfaceObjects.has(type.name);
        if (isInterfaceObject) copies += set.selections.filter(isFragment).length;
        const asked = set.selections.filter(
          (selection) => !isExcluded(selection) && !withheld.has(selection),
        );
        const selections =
          isObjectType(type) || (isInterfaceObject && copies < maxCopies)
            ? asked.flatMap((selection) => byObjectType(selection, { schema, type, conditions }))
            : asked;
        const isOfField = parent && 'kind' in parent && parent.kind === Kind.FIELD;
        const hidesType = isAbstractType(type) && selections.some(isFragment);
        const lacksTypename =
          isOfField && (hidesType || mayBeEmpty(asked, { fragments, withheld })) && !takesTypename(set);
        const isEmpty = selections.length === 0;
        return { ...set, selections: lacksTypename || isEmpty ? [typename, ...selections] : selections };
      },
    }),
  );
  return print(withoutUnused(planned));
}

function isExcluded({ directives = [] }: SelectionNode): boolean {
  return directives.some((directive) => constantOf(directive) === (directive.name.value === 'skip'));
}

/** The constant that `@skip` or `@include` depends on; null for a variable, and for other directives. */
function constantOf({ name, arguments: given }: DirectiveNode): boolean | null {
  if (name.value !== 'skip' && name.value !== 'include') return null;
  const value = given?.[0]?.value;
  return value?.kind === Kind.BOOLEAN ? value.value : null;
}

/** A fragment of another abstract type than the one it is in, once for each object type that is both, if any; its conditions stay outside. */
function byObjectType(
  selection: SelectionNode,
  {
    schema,
    type,
    conditions,
  }: {
    readonly schema: GraphQLSchema;
    readonly type: GraphQLObjectType | GraphQLInterfaceType;
    readonly conditions: ReadonlyMap<string, string>;
  },
): readonly SelectionNode[] {
  if (selection.kind === Kind.FIELD) return [selection];
  const condition =
    selection.kind === Kind.FRAGMENT_SPREAD
      ? conditions.get(selection.name.value)
      : selection.typeCondition?.name.value;
  const other = condition === undefined ? undefined : schema.getType(condition);
  if (isObjectType(type) && isObjectType(other)) return other === type ? [selection] : [];
  if (!isAbstractType(other) || other === type) return [selection];
  const { directives = [], ...unconditional } = selection;
  if (isObjectType(type) && selection.kind === Kind.FRAGMENT_SPREAD && directives.length === 0)
    return schema.isSubType(other, type) ? [selection] : [];
  const selectionSet =
    unconditional.kind === Kind.INLINE_FRAGMENT
      ? unconditional.selectionSet
      : ({ kind: Kind.SELECTION_SET, selections: [unconditional] } as const);
  const possible = isObjectType(type) ? [type] : schema.getPossibleTypes(type);
  return possible
    .filter((one) => schema.isSubType(other, one))
    .map(({ name }) => ({
      kind: Kind.INLINE_FRAGMENT,
      typeCondition: { kind: Kind.NAMED_TYPE, name: { kind: Kind.NAME, value: name } },
      directives,
      selectionSet,
    }));
}

/** The gateway answers those itself, under the client's names. */
function isIntrospection({ name }: FieldNode): boolean {
  return name.value === '__schema' || name.value === '__type';
}

function isFragment({ kind }: SelectionNode): boolean {
  return kind !== Kind.FIELD;
}

/** Whether conditions may take out all that is selected. */
function mayBeEmpty(
  selections: readonly SelectionNode[],
  parts: {
    readonly fragments: ReadonlyMap<string, SelectionSetNode>;
    readonly withheld: ReadonlySet<SelectionNode>;
  },
): boolean {
  return selections.every((selection) => {
    if ((selection.directives ?? []).length > 0 || parts.withheld.has(selection)) return true;
    if (selection.kind === Kind.FIELD) return false;
    const below =
      selection.kind === Kind.INLINE_FRAGMENT
        ? selection.selectionSet
        : parts.fragments.get(selection.name.value);
    return below === undefined || mayBeEmpty(below.selections, parts);
  });
}

function takesTypename({ selections }: SelectionSetNode): boolean {
  return selections.some(
    (selection) =>
      selection.kind === Kind.FIELD &&
      (selection.alias ?? selection.name).value === '__typename' &&
      (selection.directives ?? []).length === 0,
  );
}
