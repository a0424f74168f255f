import type { OperationDefinitionNode } from 'graphql';
import type { SubgraphCall } from '../model/subgraphCall.ts';
import type { FetchNode } from '../planning/planning.ts';
import { readOnce } from './readOnce.ts';

/** What a fetch sends; all of it that does not depend on variables or data is text already. */
export interface FetchRequest {
  readonly subgraph: string;
  readonly url: string;
  readonly kind: SubgraphCall['kind'];
  /** The GraphQL operation. */
  readonly operation: string;
  /** The same, read; the same object each time. */
  readonly definition: () => OperationDefinitionNode;
  /** The beginning of the body, up to the variables. */
  readonly head: string;
  /** Variables of the client that it uses. */
  readonly used: readonly string[];
}

export function fetchRequest(node: FetchNode, urls: ReadonlyMap<string, string>): FetchRequest {
  const { serviceName: subgraph, operation, operationName, operationKind: kind } = node;
  return {
    subgraph,
    url: urls.get(subgraph) ?? '',
    kind,
    operation,
    definition: readOnce(operation),
    head: bodyHead(operation, operationName),
    used: node.variableUsages ?? [],
  };
}

export function bodyHead(operation: string, operationName: string | undefined): string {
  const named = operationName ? `,"operationName":${JSON.stringify(operationName)}` : '';
  return `{"query":${JSON.stringify(operation)}${named}`;
}
