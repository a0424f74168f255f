import {
  type DefinitionNode,
  type DirectiveNode,
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLInterfaceType,
  type GraphQLNamedType,
  type GraphQLObjectType,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isInterfaceType,
  isObjectType,
  Kind,
  type NameNode,
  print,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';
import type { DataNames } from './dataNames.ts';

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
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const definition of document.definitions)
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition);
  let copies = 0;

  function plannedSet(set: SelectionSetNode, { type, isOfField }: SetPlace): SelectionSetNode {
    const isInterfaceObject = isInterfaceType(type) && interfaceObjects.has(type.name);
    if (isInterfaceObject) copies += set.selections.filter(isFragment).length;
    const asked = set.selections.filter((selection) => !isExcluded(selection) && !withheld.has(selection));
    const meant =
      isObjectType(type) || (isInterfaceObject && copies < maxCopies)
        ? asked.flatMap((selection) => byObjectType(selection, { schema, type, fragments }))
        : asked;
    const once = new Set<string>();
    const selections = meant
      .map((selection) => plannedSelection(selection, type))
      .filter((selection) => !isRepeated(selection, once));
    const hidesType = isAbstractType(type) && meant.some(isFragment);
    const lacksTypename =
      isOfField && (hidesType || mayBeEmpty(meant, { fragments, withheld })) && !takesTypename(meant);
    const isEmpty = selections.length === 0;
    return { ...set, selections: lacksTypename || isEmpty ? [typename, ...selections] : selections };
  }

  function plannedSelection(selection: SelectionNode, parent: GraphQLNamedType | undefined): SelectionNode {
    const directives = (selection.directives ?? []).filter((directive) => constantOf(directive) === null);
    if (selection.kind === Kind.FRAGMENT_SPREAD) return { ...selection, directives };
    if (selection.kind === Kind.INLINE_FRAGMENT) {
      const condition = selection.typeCondition?.name.value;
      const type = condition === undefined ? parent : schema.getType(condition);
      return {
        ...selection,
        directives,
        selectionSet: plannedSet(selection.selectionSet, { type, isOfField: false }),
      };
    }
    const { alias: _theirs, ...unaliased } = selection;
    const alias = aliasOf(selection, dataNames);
    const field = { ...unaliased, ...(alias === null ? {} : { alias }), directives };
    // The gateway answers introspection itself.
    if (!selection.selectionSet || isIntrospection(selection)) return field;
    const type = typeBelow(parent, selection.name.value);
    return { ...field, selectionSet: plannedSet(selection.selectionSet, { type, isOfField: true }) };
  }

  const definitions = document.definitions.map((definition): DefinitionNode => {
    if (definition.kind !== Kind.OPERATION_DEFINITION && definition.kind !== Kind.FRAGMENT_DEFINITION)
      return definition;
    const type =
      definition.kind === Kind.OPERATION_DEFINITION
        ? (schema.getRootType(definition.operation) ?? undefined)
        : schema.getType(definition.typeCondition.name.value);
    return { ...definition, selectionSet: plannedSet(definition.selectionSet, { type, isOfField: false }) };
  });
  return print({ ...document, definitions });
}

interface SetPlace {
  readonly type: GraphQLNamedType | undefined;
  /** Whether it is what a field selects, not a fragment. */
  readonly isOfField: boolean;
}

/** The name of the data; those who answer introspection know the client's. */
function aliasOf(field: FieldNode, dataNames: DataNames): NameNode | null {
  const responseName = (field.alias ?? field.name).value;
  if (isIntrospection(field)) return { kind: Kind.NAME, value: `_i_${responseName}` };
  const name = dataNames.get(field) ?? responseName;
  return name === field.name.value ? null : { kind: Kind.NAME, value: name };
}

function typeBelow(parent: GraphQLNamedType | undefined, name: string): GraphQLNamedType | undefined {
  const hasFields = isObjectType(parent) || isInterfaceType(parent);
  return hasFields ? getNamedType(parent.getFields()[name]?.type) : undefined;
}

/** A leaf that is there already: aliases of one leaf have one name in the data. */
function isRepeated(selection: SelectionNode, once: Set<string>): boolean {
  if (selection.kind !== Kind.FIELD || selection.selectionSet || (selection.directives ?? []).length > 0)
    return false;
  const name = (selection.alias ?? selection.name).value;
  if (once.has(name)) return true;
  once.add(name);
  return false;
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
    fragments,
  }: {
    readonly schema: GraphQLSchema;
    readonly type: GraphQLObjectType | GraphQLInterfaceType;
    readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  },
): readonly SelectionNode[] {
  if (selection.kind === Kind.FIELD) return [selection];
  const condition =
    selection.kind === Kind.FRAGMENT_SPREAD
      ? fragments.get(selection.name.value)?.typeCondition.name.value
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

/** Whether all that is selected may not be asked. */
function mayBeEmpty(
  selections: readonly SelectionNode[],
  parts: {
    readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
    readonly withheld: ReadonlySet<SelectionNode>;
  },
): boolean {
  return selections.every((selection) => {
    if ((selection.directives ?? []).length > 0 || parts.withheld.has(selection)) return true;
    if (selection.kind === Kind.FIELD) return false;
    const below =
      selection.kind === Kind.INLINE_FRAGMENT ? selection : parts.fragments.get(selection.name.value);
    return below === undefined || mayBeEmpty(below.selectionSet.selections, parts);
  });
}

function takesTypename(selections: readonly SelectionNode[]): boolean {
  return selections.some(
    (selection) =>
      selection.kind === Kind.FIELD &&
      (selection.alias ?? selection.name).value === '__typename' &&
      (selection.directives ?? []).length === 0,
  );
}
