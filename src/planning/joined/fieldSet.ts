import { type DefinitionNode, Kind, parse, type SelectionSetNode } from 'graphql';

/** Reads what `@key`, `@requires` or `@provides` name, such as `id region { id }`. */
export function fieldSet(text: string): SelectionSetNode {
  const [operation] = parse(`{${text}}`, { noLocation: true }).definitions;
  if (!isOperation(operation)) throw new Error(`Not a set of fields: ${text}`);
  return operation.selectionSet;
}

function isOperation(
  definition: DefinitionNode | undefined,
): definition is Extract<DefinitionNode, { kind: Kind.OPERATION_DEFINITION }> {
  return definition?.kind === Kind.OPERATION_DEFINITION;
}
