import {
  type DirectiveNode,
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  Kind,
  type OperationDefinitionNode,
  type ValueNode,
  visit,
} from 'graphql';

/** An operation to be planned, with what its document has for it. */
export interface AskedOperation {
  readonly definition: OperationDefinitionNode;
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  /** The variables that `@skip` and `@include` depend on, in their order. */
  readonly conditions: readonly string[];
}

/** Values of those variables. */
export type ConditionValues = ReadonlyMap<string, boolean>;

export function askedOperation(document: DocumentNode, definition: OperationDefinitionNode): AskedOperation {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const part of document.definitions)
    if (part.kind === Kind.FRAGMENT_DEFINITION) fragments.set(part.name.value, part);
  const conditions = new Set<string>();
  visit(document, {
    [Kind.DIRECTIVE](directive) {
      const value = conditionOf(directive);
      if (value?.kind === Kind.VARIABLE) conditions.add(value.name.value);
    },
  });
  return { definition, fragments, conditions: [...conditions] };
}

/** Whether one of the directives leaves out what they stand at. */
export function isExcluded(directives: readonly DirectiveNode[], values: ConditionValues): boolean {
  return directives.some((directive) => {
    const condition = conditionOf(directive);
    if (!condition) return false;
    const isTrue =
      condition.kind === Kind.VARIABLE
        ? values.get(condition.name.value) === true
        : condition.kind === Kind.BOOLEAN && condition.value;
    return isTrue === (directive.name.value === 'skip');
  });
}

/** What a `@skip` or `@include` depends on; none for other directives. */
export function conditionOf({ name, arguments: given = [] }: DirectiveNode): ValueNode | undefined {
  return name.value === 'skip' || name.value === 'include' ? given[0]?.value : undefined;
}

/** Under which name the field stands in the answer. */
export function responseName({ alias, name }: FieldNode): string {
  return (alias ?? name).value;
}
