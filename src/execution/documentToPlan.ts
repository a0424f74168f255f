import {
  type DocumentNode,
  type FieldNode,
  type GraphQLSchema,
  isAbstractType,
  Kind,
  print,
  type SelectionNode,
  type SelectionSetNode,
  TypeInfo,
  visit,
  visitWithTypeInfo,
} from 'graphql';
import type { DataNames } from './dataNames.ts';

const typename: FieldNode = { kind: Kind.FIELD, name: { kind: Kind.NAME, value: '__typename' } };

/**
 * The document to plan in the place of the client's: its fields have the names of the data, and it asks `__typename` where the planner
 * would not see that it is needed:
 *
 * - Where fragments select from an abstract type: of an interface object, only the subgraph that knows the types can tell it, and
 *   the planner fails on fragments of other interfaces.
 * - Where conditions may leave nothing to ask: whether there is an object is still to be found out.
 */
export function documentToPlan(
  document: DocumentNode,
  { schema, dataNames }: { schema: GraphQLSchema; dataNames: DataNames },
): string {
  const info = new TypeInfo(schema);
  const fragments = new Map<string, SelectionSetNode>();
  for (const definition of document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION)
      fragments.set(definition.name.value, definition.selectionSet);
  }
  const planned = visit(
    document,
    visitWithTypeInfo(info, {
      [Kind.FIELD](field) {
        const name = dataNames.get(field);
        if (name === undefined || name === (field.alias ?? field.name).value) return undefined;
        if (isIntrospection(field)) return false;
        const { alias: _theirs, ...plain } = field;
        return name === field.name.value ? plain : { ...plain, alias: { kind: Kind.NAME, value: name } };
      },
      [Kind.SELECTION_SET](set, _key, parent) {
        if (!parent || Array.isArray(parent) || !('kind' in parent) || parent.kind !== Kind.FIELD)
          return undefined;
        const hidesType = isAbstractType(info.getParentType()) && set.selections.some(isFragment);
        if (!(hidesType || mayBeEmpty(set, fragments)) || takesTypename(set)) return undefined;
        return { ...set, selections: [typename, ...set.selections] };
      },
    }),
  );
  return print(planned);
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
  { selections }: SelectionSetNode,
  fragments: ReadonlyMap<string, SelectionSetNode>,
): boolean {
  return selections.every((selection) => {
    if ((selection.directives ?? []).length > 0) return true;
    if (selection.kind === Kind.FIELD) return false;
    const below =
      selection.kind === Kind.INLINE_FRAGMENT ? selection.selectionSet : fragments.get(selection.name.value);
    return below === undefined || mayBeEmpty(below, fragments);
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
