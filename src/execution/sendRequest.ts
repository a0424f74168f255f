import type { SubgraphResult } from '../model/subgraphCall.ts';
import type { FetchRequest } from './fetchRequest.ts';
import type { Run } from './run.ts';

/** Sends a fetch; `given` are members of the variables, as JSON text. Rejects as the call does, and throws nothing: nobody would catch it. */
export async function sendRequest(
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
