import {
  type DirectiveNode,
  type DocumentNode,
  type FragmentDefinitionNode,
  type GraphQLNamedType,
  type GraphQLSchema,
  isInputType,
  Kind,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
  typeFromAST,
} from 'graphql';
import type { NamedFields } from './namedFields.ts';
import { type NoteCoordinate, noteLiteral } from './noteLiteral.ts';

export interface CoordinateParts {
  readonly schema: GraphQLSchema;
  /** Of the same schema. */
  readonly fields: NamedFields;
}

/**
 * The schema coordinates that an operation names: `Type.field` on the type it is selected on, `Type.field(argument:)`, types of
 * conditions, and the enum values and input fields of literals. Each fragment is walked once, since its type is always the same.
 */
export function operationCoordinates(
  document: DocumentNode,
  operation: OperationDefinitionNode,
  parts: CoordinateParts,
): ReadonlySet<string> {
  const { schema } = parts;
  const found = new Set<string>();
  const note: NoteCoordinate = (coordinate) => found.add(coordinate);
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const definition of document.definitions)
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition);
  for (const { type, defaultValue } of operation.variableDefinitions ?? []) {
    if (!defaultValue) continue;
    const inputType = typeFromAST(schema, type as never);
    if (isInputType(inputType)) noteLiteral(inputType, defaultValue, note);
  }
  noteDirectives(operation.directives, schema, note);
  const root = schema.getRootType(operation.operation);
  if (root) createWalk({ ...parts, note, fragments })(operation.selectionSet, root);
  return found;
}

type Walk = (selectionSet: SelectionSetNode, parent: GraphQLNamedType) => void;

function createWalk(
  parts: CoordinateParts & {
    readonly note: NoteCoordinate;
    readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  },
): Walk {
  const { schema, fields, note, fragments } = parts;
  const walked = new Set<string>();

  function walkCondition(name: string, selectionSet: SelectionSetNode): void {
    const type = schema.getType(name);
    if (!type) return;
    note(name);
    walk(selectionSet, type);
  }

  function walkSelection(selection: SelectionNode, parent: GraphQLNamedType): void {
    noteDirectives(selection.directives, schema, note);
    if (selection.kind === Kind.FRAGMENT_SPREAD) {
      const fragment = fragments.get(selection.name.value);
      if (!fragment || walked.has(selection.name.value)) return;
      walked.add(selection.name.value);
      noteDirectives(fragment.directives, schema, note);
      walkCondition(fragment.typeCondition.name.value, fragment.selectionSet);
    } else if (selection.kind === Kind.INLINE_FRAGMENT) {
      const { typeCondition, selectionSet } = selection;
      if (typeCondition) walkCondition(typeCondition.name.value, selectionSet);
      else walk(selectionSet, parent);
    } else {
      const field = fields.of(parent, selection.name.value);
      if (!field) return;
      note(field.coordinate);
      for (const { name, value } of selection.arguments ?? []) {
        const argument = field.arguments.get(name.value);
        if (!argument) continue;
        note(argument.coordinate);
        if (argument.tellsMore) noteLiteral(argument.type, value, note);
      }
      if (selection.selectionSet) walk(selection.selectionSet, field.type);
    }
  }

  function walk({ selections }: SelectionSetNode, parent: GraphQLNamedType): void {
    for (const selection of selections) walkSelection(selection, parent);
  }
  return walk;
}

function noteDirectives(
  directives: readonly DirectiveNode[] | undefined,
  schema: GraphQLSchema,
  note: NoteCoordinate,
): void {
  for (const { name, arguments: given } of directives ?? []) {
    const known = schema.getDirective(name.value)?.args ?? [];
    for (const { name: argument, value } of given ?? []) {
      const type = known.find((each) => each.name === argument.value)?.type;
      if (type) noteLiteral(type, value, note);
    }
  }
}
