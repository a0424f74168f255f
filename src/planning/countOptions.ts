import {
  type DocumentNode,
  type FragmentDefinitionNode,
  type GraphQLNamedType,
  type GraphQLSchema,
  getNamedType,
  isInterfaceType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';
import type { SharedFields } from './sharedFields.ts';

export interface CountedIn {
  readonly document: DocumentNode;
  readonly schema: GraphQLSchema;
  readonly shared: SharedFields;
  /** At how many subgraphs a shared field is left. */
  readonly copies: number;
}

/**
 * About how many ways a planner finds to the leaves of an operation: along a path the choices multiply, over the paths they
 * add up. Above what is counted on it takes seconds. Takes time by the length of the document, not by what its fragments spread into.
 */
export function countOptions(
  operation: OperationDefinitionNode,
  { document, schema, shared, copies }: CountedIn,
): number {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const definition of document.definitions)
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition);
  const counted = new Map<string, number>();

  function ofSet({ selections }: SelectionSetNode, parent: GraphQLNamedType | undefined): number {
    return selections.reduce((sum, selection) => sum + ofSelection(selection, parent), 0);
  }

  function ofSelection(selection: SelectionNode, parent: GraphQLNamedType | undefined): number {
    if (selection.kind === Kind.FRAGMENT_SPREAD) return ofFragment(selection.name.value);
    if (selection.kind === Kind.INLINE_FRAGMENT) {
      const condition = selection.typeCondition?.name.value;
      return ofSet(selection.selectionSet, condition === undefined ? parent : schema.getType(condition));
    }
    const name = selection.name.value;
    const graphs = parent ? (shared.get(parent.name)?.get(name)?.length ?? 1) : 1;
    const choices = Math.min(graphs, copies);
    if (!selection.selectionSet) return choices;
    const hasFields = isObjectType(parent) || isInterfaceType(parent);
    const type = hasFields ? getNamedType(parent.getFields()[name]?.type) : undefined;
    return choices * ofSet(selection.selectionSet, type);
  }

  function ofFragment(name: string): number {
    const known = counted.get(name);
    if (known !== undefined) return known;
    const fragment = fragments.get(name);
    const count = fragment
      ? ofSet(fragment.selectionSet, schema.getType(fragment.typeCondition.name.value))
      : 0;
    counted.set(name, count);
    return count;
  }

  return ofSet(operation.selectionSet, schema.getRootType(operation.operation) ?? undefined);
}
