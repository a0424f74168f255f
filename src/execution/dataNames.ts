import {
  type ArgumentNode,
  type DocumentNode,
  type FieldNode,
  type GraphQLNamedType,
  type GraphQLOutputType,
  type GraphQLSchema,
  getNamedType,
  isCompositeType,
  isInterfaceType,
  isListType,
  isNonNullType,
  isObjectType,
  Kind,
  type ObjectFieldNode,
  print,
  type SelectionSetNode,
  type ValueNode,
} from 'graphql';

/** The name under which each field of a document is asked of subgraphs, and found in the data. */
export type DataNames = ReadonlyMap<FieldNode, string>;

/**
 * The planner takes selections of one response name to be the same, so a client's alias, or its arguments, could get into what a key
 * or `@requires` asks for. Here one name always stands for one field with one set of arguments: the field's own name where it takes
 * no arguments, a made-up one otherwise. Aliases of one leaf then share what is fetched; objects under two aliases stay two, since a
 * null that is not allowed in one must not empty the other.
 *
 * Names also differ by the shape of the type, as far as the specification (5.3.2) has it that fields of one name must be of one shape.
 */
export function createDataNaming(schemas: {
  /** What clients see. */
  readonly schema: GraphQLSchema;
  /** What is hidden from them too: plans speak of it. */
  readonly fullSchema: GraphQLSchema;
}): (document: DocumentNode) => DataNames {
  const known = fieldNames(schemas.fullSchema);
  return (document) => dataNamesOf(document, { ...known, schema: schemas.schema });
}

function dataNamesOf(
  document: DocumentNode,
  { schema, plain, taken }: FieldNames & { readonly schema: GraphQLSchema },
): DataNames {
  const names = new Map<FieldNode, string>();
  const madeUp = new Map<string, string>();
  const mutation = schema.getMutationType();

  function nameFor(key: string, field: string): string {
    const known = madeUp.get(key);
    if (known !== undefined) return known;
    let name = `_${madeUp.size}_${field}`;
    while (taken.has(name)) name = `_${name}`;
    madeUp.set(key, name);
    return name;
  }

  function nameOf(
    field: FieldNode,
    { parent, type }: { readonly parent: GraphQLNamedType | undefined; readonly type: GraphQLOutputType },
  ): string {
    const name = field.name.value;
    const responseName = (field.alias ?? field.name).value;
    // Each is a call of its own, even when two are alike.
    if (mutation && parent === mutation) return nameFor(`mutation ${responseName}`, name);
    if (plain.has(name) && !standsApart(field)) return name;
    const apart = standsApart(field) ? responseName : '';
    return nameFor(`${name}(${argumentsText(field.arguments ?? [])}) ${shapeOf(type)} ${apart}`, name);
  }

  function look({ selections }: SelectionSetNode, parent: GraphQLNamedType | undefined): void {
    for (const selection of selections) {
      if (selection.kind === Kind.INLINE_FRAGMENT) {
        const condition = selection.typeCondition?.name.value;
        look(selection.selectionSet, condition === undefined ? parent : schema.getType(condition));
      } else if (selection.kind === Kind.FIELD) {
        const name = selection.name.value;
        if (name === '__schema' || name === '__type') {
          names.set(selection, introspectionName((selection.alias ?? selection.name).value));
          continue;
        }
        const type = fieldType(parent, name);
        names.set(selection, type ? nameOf(selection, { parent, type }) : name);
        if (selection.selectionSet) look(selection.selectionSet, getNamedType(type));
      }
    }
  }

  for (const definition of document.definitions) {
    if (definition.kind === Kind.OPERATION_DEFINITION)
      look(definition.selectionSet, schema.getRootType(definition.operation) ?? undefined);
    else if (definition.kind === Kind.FRAGMENT_DEFINITION)
      look(definition.selectionSet, schema.getType(definition.typeCondition.name.value));
  }
  return names;
}

/** None for `__typename`, which every composite type has. */
function fieldType(parent: GraphQLNamedType | undefined, name: string): GraphQLOutputType | undefined {
  if (!isObjectType(parent) && !isInterfaceType(parent)) return undefined;
  return parent.getFields()[name]?.type;
}

function standsApart(field: FieldNode): boolean {
  return (
    field.selectionSet !== undefined && field.alias !== undefined && field.alias.value !== field.name.value
  );
}

/** Where the answer to `__schema` and `__type` stands in the data; no name of a field has a colon. */
export function introspectionName(responseName: string): string {
  return `introspection:${responseName}`;
}

interface FieldNames {
  /** Those that mean the same wherever they stand: no arguments, and one shape. */
  readonly plain: ReadonlySet<string>;
  readonly taken: ReadonlySet<string>;
}

function fieldNames(schema: GraphQLSchema): FieldNames {
  const shapes = new Map<string, string>();
  const several = new Set<string>();
  for (const type of Object.values(schema.getTypeMap())) {
    if (type.name.startsWith('__') || !(isObjectType(type) || isInterfaceType(type))) continue;
    for (const field of Object.values(type.getFields())) {
      const shape = shapeOf(field.type);
      if (field.args.length > 0 || (shapes.get(field.name) ?? shape) !== shape) several.add(field.name);
      shapes.set(field.name, shape);
    }
  }
  const taken = new Set(shapes.keys());
  return { plain: new Set([...taken].filter((name) => !several.has(name))), taken };
}

function shapeOf(type: GraphQLOutputType): string {
  if (isNonNullType(type)) return `${shapeOf(type.ofType)}!`;
  if (isListType(type)) return `[${shapeOf(type.ofType)}]`;
  return isCompositeType(type) ? '{}' : 'name' in type ? type.name : '';
}

/** Arguments in one order, so that equal ones give equal texts. */
function argumentsText(given: readonly (ArgumentNode | ObjectFieldNode)[]): string {
  const texts = given.map(({ name, value }) => `${name.value}: ${valueText(value)}`);
  return texts.sort().join(', ');
}

function valueText(value: ValueNode): string {
  if (value.kind === Kind.OBJECT) return `{${argumentsText(value.fields)}}`;
  if (value.kind === Kind.LIST) return `[${value.values.map(valueText).join(', ')}]`;
  return print(value);
}
