import { isDeepStrictEqual } from 'node:util';
import { execute, type GraphQLSchema, parse } from 'graphql';
import type { RunningGateway } from './processes.ts';
import type { Workload } from './workloads.ts';

/** How many of a workload's bodies are compared, spread over all of them. */
const compared = 40;

/** The bodies of a workload whose answers are compared, and what the oracle says to each. */
export interface Expected {
  readonly body: string;
  readonly answer: unknown;
}

export async function expectedAnswers(
  oracle: GraphQLSchema,
  { bodies }: Workload,
): Promise<readonly Expected[]> {
  const apart = Math.max(1, Math.floor(bodies.length / compared));
  const sampled = bodies.filter((_, index) => index % apart === 0).slice(0, compared);
  return Promise.all(
    sampled.map(async (body) => {
      const { query, variables } = JSON.parse(body);
      const result = await execute({
        schema: oracle,
        document: parse(query),
        variableValues: variables,
        contextValue: { subgraph: null },
      });
      return { body, answer: JSON.parse(JSON.stringify(result)) };
    }),
  );
}

/** null when every answer is the oracle's, whatever the order of keys; otherwise what the first wrong one was. */
export async function findWrongAnswer(
  running: Pick<RunningGateway, 'port' | 'headers'>,
  expected: readonly Expected[],
): Promise<string | null> {
  for (const { body, answer } of expected) {
    const text = await post(running, body);
    if (isDeepStrictEqual(withoutExtensions(text), answer)) continue;
    return `${body.slice(0, 120)} was answered ${text.slice(0, 300)}`;
  }
  return null;
}

async function post(
  { port, headers }: Pick<RunningGateway, 'port' | 'headers'>,
  body: string,
): Promise<string> {
  const response = await fetch(`http://127.0.0.1:${port}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/json', ...headers },
    body,
    signal: AbortSignal.timeout(60_000),
  });
  return response.text();
}

function withoutExtensions(text: string): unknown {
  try {
    const { extensions: _, ...result } = JSON.parse(text);
    return result;
  } catch {
    return text; // Not JSON, and so not what was expected.
  }
}
