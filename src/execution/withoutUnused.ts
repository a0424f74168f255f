import { type DocumentNode, Kind, visit } from 'graphql';

/** The document without fragments and variables that nothing in it names. */
export function withoutUnused(document: DocumentNode): DocumentNode {
  const spreads = new Set<string>();
  visit(document, {
    [Kind.FRAGMENT_SPREAD](spread) {
      spreads.add(spread.name.value);
    },
  });
  const definitions = document.definitions.filter(
    (definition) => definition.kind !== Kind.FRAGMENT_DEFINITION || spreads.has(definition.name.value),
  );
  if (definitions.length < document.definitions.length) return withoutUnused({ ...document, definitions });
  const used = new Set<string>();
  visit(document, {
    [Kind.VARIABLE_DEFINITION]: () => false,
    [Kind.VARIABLE](variable) {
      used.add(variable.name.value);
    },
  });
  return visit(document, {
    [Kind.VARIABLE_DEFINITION]: (node) => (used.has(node.variable.name.value) ? undefined : null),
  });
}
