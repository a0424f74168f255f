import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLCompositeType,
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isCompositeType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';
import { always, type Condition, conditionOf, isNever } from './condition.ts';

/** A field of the result: everything a document selects under one response name, as execution merges it. */
export interface SelectedField {
  readonly responseName: string;
  readonly definition: GraphQLField<unknown, unknown>;
  /** Each place that selects it; several of one type, or of types of which an object has only one. */
  readonly places: readonly Place[];
  /** The object types it can be on. */
  readonly on: ReadonlySet<GraphQLObjectType>;
  readonly children: readonly SelectedField[];
}

export interface Place {
  readonly parent: GraphQLCompositeType;
  readonly node: FieldNode;
  readonly condition: Condition;
}

/** A selection set of one object, and under which condition it is selected. */
interface Part {
  readonly set: SelectionSetNode;
  readonly type: GraphQLCompositeType;
  readonly condition: Condition;
}

interface Source {
  readonly schema: GraphQLSchema;
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
}

/**
 * The fields an operation of a valid document selects, merged by response name. No more than `checkRepeatedFields` has let through,
 * since both spread a fragment once in an object. Introspection is left out: it is answered here, and bounded by the schema.
 */
export function selectedFields(
  document: DocumentNode,
  { operation, selectionSet }: OperationDefinitionNode,
  schema: GraphQLSchema,
): readonly SelectedField[] {
  const type = schema.getRootType(operation);
  if (!type) return [];
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const definition of document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition);
  }
  return mergedFields([{ set: selectionSet, type, condition: always }], { schema, fragments });
}

function mergedFields(parts: readonly Part[], source: Source): readonly SelectedField[] {
  const byName = new Map<string, Place[]>();
  for (const place of placesOf(parts, source)) {
    const name = (place.node.alias ?? place.node.name).value;
    const places = byName.get(name) ?? [];
    byName.set(name, places);
    places.push(place);
  }
  return [...byName].flatMap(([responseName, places]) => {
    const [first] = places;
    const definition = first && fieldOf(first.parent, first.node.name.value);
    if (!definition) return []; // __typename, or introspection.
    const on = new Set(places.flatMap(({ parent }) => objectTypesOf(parent, source.schema)));
    return [{ responseName, definition, places, on, children: mergedFields(partsBelow(places), source) }];
  });
}

function partsBelow(places: readonly Place[]): Part[] {
  return places.flatMap(({ parent, node, condition }) => {
    const field = fieldOf(parent, node.name.value);
    const type = field && getNamedType(field.type);
    return node.selectionSet && isCompositeType(type) ? [{ set: node.selectionSet, type, condition }] : [];
  });
}

/** The fields that parts of one object select, fragments spread. */
function placesOf(parts: readonly Part[], source: Source): readonly Place[] {
  const spread = spreadConditions(parts, source);
  const done = new Set<string>();
  const places: Place[] = [];
  const pending = [...parts];
  for (let part = pending.pop(); part !== undefined; part = pending.pop()) {
    for (const selection of part.set.selections) {
      const condition = conditionOf(selection, part.condition);
      if (isNever(condition)) continue;
      if (selection.kind === Kind.FIELD) {
        places.push({ parent: part.type, node: selection, condition });
        continue;
      }
      if (selection.kind === Kind.FRAGMENT_SPREAD) {
        if (done.has(selection.name.value)) continue;
        done.add(selection.name.value);
      }
      const inner = innerPart(selection, part, source);
      const isMixed = selection.kind === Kind.FRAGMENT_SPREAD && spread.get(selection.name.value) === null;
      if (inner) pending.push({ ...inner, condition: isMixed ? always : condition });
    }
  }
  return places;
}

/**
 * Under which condition each fragment is spread in one object; null for one that is spread under several, which then counts as always
 * there: to keep them apart would take exponential time.
 */
function spreadConditions(parts: readonly Part[], source: Source): ReadonlyMap<string, string | null> {
  const conditions = new Map<string, string | null>();
  const pending = [...parts];
  for (let part = pending.pop(); part !== undefined; part = pending.pop()) {
    for (const selection of part.set.selections) {
      if (selection.kind === Kind.FIELD) continue;
      const condition = conditionOf(selection, part.condition);
      if (isNever(condition)) continue;
      if (selection.kind === Kind.FRAGMENT_SPREAD) {
        const [name, key] = [selection.name.value, JSON.stringify(condition)];
        const known = conditions.get(name);
        conditions.set(name, known === undefined || known === key ? key : null);
        if (known !== undefined) continue;
      }
      const inner = innerPart(selection, part, source);
      if (inner) pending.push({ ...inner, condition });
    }
  }
  return conditions;
}

function innerPart(
  selection: SelectionNode,
  part: Part,
  { schema, fragments }: Source,
): Omit<Part, 'condition'> | null {
  if (selection.kind === Kind.FIELD) return null;
  const fragment = selection.kind === Kind.FRAGMENT_SPREAD ? fragments.get(selection.name.value) : selection;
  if (!fragment) return null;
  const type = fragment.typeCondition ? schema.getType(fragment.typeCondition.name.value) : part.type;
  return isCompositeType(type) ? { set: fragment.selectionSet, type } : null;
}

function fieldOf(type: GraphQLCompositeType, name: string): GraphQLField<unknown, unknown> | undefined {
  return 'getFields' in type ? type.getFields()[name] : undefined;
}

export function objectTypesOf(
  type: GraphQLCompositeType,
  schema: GraphQLSchema,
): readonly GraphQLObjectType[] {
  if (isObjectType(type)) return [type];
  return isAbstractType(type) ? schema.getPossibleTypes(type) : [];
}
