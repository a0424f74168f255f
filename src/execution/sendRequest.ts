import type { SubgraphResult } from '../model/subgraphCall.ts';
import type { FetchRequest } from './fetchRequest.ts';
import type { Run } from './run.ts';

/** Sends a fetch; `given` are members of the variables, as JSON text. Rejects as the call does, and throws nothing: nobody would catch it. */
export async function sendRequest(
  run: Run,
  { subgraph, url, kind, definition, head, used }: Omit<FetchRequest, 'operation'>,
  given: readonly string[],
): Promise<SubgraphResult> {
  const { caller, supergraphHash, variables } = run;
  const members = [...given];
  for (const name of used) {
    if (Object.hasOwn(variables, name))
      members.push(`${JSON.stringify(name)}:${JSON.stringify(variables[name])}`);
  }
  const body = members.length > 0 ? `${head},"variables":{${members.join(',')}}}` : `${head}}`;
  const asked = { body, definition, variables: () => variablesOf(members) };
  return run.call({ subgraph, url, kind, body, asked, caller, supergraphHash });
}

/** A copy of their own for those who want no text. */
function variablesOf(members: readonly string[]): Readonly<Record<string, unknown>> {
  return JSON.parse(`{${members.join(',')}}`) as Record<string, unknown>;
}
