import {
  type ASTNode,
  type DocumentNode,
  type GraphQLSchema,
  getOperationAST,
  Kind,
  parse,
  print,
  validate,
  visit,
} from 'graphql';
import type { SentOperation } from './generateOperation.ts';

/** Takes out of an operation whatever is not needed for `stillFails`, and gives what is left. */
export async function reduceOperation(
  operation: SentOperation,
  {
    schema,
    stillFails,
  }: { schema: GraphQLSchema; stillFails: (operation: SentOperation) => Promise<boolean> },
): Promise<SentOperation> {
  let kept = operation;
  for (let improved = true; improved; ) {
    improved = false;
    for (let index = 0; ; index += 1) {
      const { document, wasThere } = without(parse(kept.text), index);
      if (!wasThere) break;
      if (document === null || !isValid(schema, document)) continue;
      const smaller = withKnownVariables(document, kept.variables);
      if (smaller.text.length >= kept.text.length || !(await stillFails(smaller))) continue;
      kept = smaller;
      improved = true;
      index -= 1;
    }
  }
  return kept;
}

export function isValid(schema: GraphQLSchema, document: DocumentNode): boolean {
  return isRunnable(schema, document) && validate(schema, document).length === 0;
}

/** Validation accepts an operation of a kind that the schema has no type for. */
function isRunnable(schema: GraphQLSchema, document: DocumentNode): boolean {
  const operation = getOperationAST(document);
  return operation !== null && operation !== undefined && Boolean(schema.getRootType(operation.operation));
}

/** The document without the n-th thing that could be taken out; what nothing names any more goes too. */
function without(
  document: DocumentNode,
  index: number,
): { document: DocumentNode | null; wasThere: boolean } {
  let at = -1;
  const isNext = (): boolean => {
    at += 1;
    return at === index;
  };
  const reduced = visit(document, {
    [Kind.FIELD](field) {
      if (isNext()) return null;
      if (field.alias && isNext()) return { ...field, alias: undefined };
      return undefined;
    },
    [Kind.INLINE_FRAGMENT](fragment) {
      if (isNext()) return null;
      if (fragment.typeCondition && isNext()) return { ...fragment, typeCondition: undefined };
      return undefined;
    },
    [Kind.FRAGMENT_SPREAD]: () => (isNext() ? null : undefined),
    [Kind.DIRECTIVE]: () => (isNext() ? null : undefined),
    [Kind.ARGUMENT]: (_node, _key, _parent, _path, ancestors) =>
      !isOfDirective(ancestors) && isNext() ? null : undefined,
    [Kind.SELECTION_SET](set) {
      // The selections of a fragment in the place of it.
      const flat = set.selections.flatMap((selection) =>
        selection.kind === Kind.INLINE_FRAGMENT && (selection.directives ?? []).length === 0 && isNext()
          ? selection.selectionSet.selections
          : [selection],
      );
      if (flat.length !== set.selections.length || at === index) return { ...set, selections: flat };
      return undefined;
    },
  });
  return { document: withoutUnused(reduced), wasThere: at >= index };
}

function isOfDirective(ancestors: readonly (ASTNode | readonly ASTNode[])[]): boolean {
  return ancestors.some((ancestor) => 'kind' in ancestor && ancestor.kind === Kind.DIRECTIVE);
}

function withoutUnused(document: DocumentNode): DocumentNode | null {
  const spreads = new Set<string>();
  const variables = new Set<string>();
  let isEmpty = false;
  visit(document, {
    [Kind.FRAGMENT_SPREAD]: (spread) => void spreads.add(spread.name.value),
    [Kind.SELECTION_SET]: (set) => {
      if (set.selections.length === 0) isEmpty = true;
    },
  });
  if (isEmpty) return null;
  const used = {
    ...document,
    definitions: document.definitions.filter(
      (definition) => definition.kind !== Kind.FRAGMENT_DEFINITION || spreads.has(definition.name.value),
    ),
  };
  if (used.definitions.length < document.definitions.length) return withoutUnused(used);
  visit(used, {
    [Kind.VARIABLE]: (variable, _key, parent) => {
      const isDeclaration = parent && 'kind' in parent && parent.kind === Kind.VARIABLE_DEFINITION;
      if (!isDeclaration) variables.add(variable.name.value);
    },
  });
  return visit(used, {
    [Kind.VARIABLE_DEFINITION]: (node) => (variables.has(node.variable.name.value) ? undefined : null),
  });
}

function withKnownVariables(document: DocumentNode, variables: SentOperation['variables']): SentOperation {
  const declared = new Set<string>();
  visit(document, {
    [Kind.VARIABLE_DEFINITION]: (node) => void declared.add(node.variable.name.value),
  });
  return {
    text: print(document),
    variables: Object.fromEntries(Object.entries(variables).filter(([name]) => declared.has(name))),
  };
}
