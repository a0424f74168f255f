import { Kind, type OperationDefinitionNode, parse } from 'graphql';

/** Reads the one operation of a text when somebody first wants it: most subgraphs take the text. */
export function readOnce(text: string): () => OperationDefinitionNode {
  let read: OperationDefinitionNode | null = null;
  return () => {
    read ??= operationOf(text);
    return read;
  };
}

function operationOf(text: string): OperationDefinitionNode {
  const [operation] = parse(text, { noLocation: true }).definitions;
  if (operation?.kind !== Kind.OPERATION_DEFINITION) throw new Error('A fetch without an operation');
  return operation;
}
