import type { SubgraphCall, SubgraphResult } from '../model/subgraphCall.ts';
import type { FetchNode } from '../planning/planning.ts';
import type { Run } from './run.ts';

/** What a fetch sends; all of it that does not depend on variables or data is text already. */
export interface FetchRequest {
  readonly subgraph: string;
  readonly url: string;
  readonly kind: SubgraphCall['kind'];
  /** The GraphQL operation. */
  readonly operation: string;
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
    head: bodyHead(operation, operationName),
    used: node.variableUsages ?? [],
  };
}

export function bodyHead(operation: string, operationName: string | undefined): string {
  const named = operationName ? `,"operationName":${JSON.stringify(operationName)}` : '';
  return `{"query":${JSON.stringify(operation)}${named}`;
}

/** Sends it; `given` are members of the variables, as JSON text. Rejects as the call does. */
export function sendRequest(
  run: Run,
  { subgraph, url, kind, head, used }: Omit<FetchRequest, 'operation'>,
  given: readonly string[],
): Promise<SubgraphResult> {
  const { caller, supergraphHash, variables } = run;
  const members = [...given];
  for (const name of used) {
    if (Object.hasOwn(variables, name))
      members.push(`${JSON.stringify(name)}:${JSON.stringify(variables[name])}`);
  }
  const body = members.length > 0 ? `${head},"variables":{${members.join(',')}}}` : `${head}}`;
  return run.call({ subgraph, url, kind, body, caller, supergraphHash });
}
