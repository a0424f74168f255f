import { eventually } from './adminClient.ts';
import { startSubgraph, type TestSubgraph } from './startSubgraph.ts';
import type { TestGateway } from './startTestGateway.ts';

/** Two running copies of a subgraph `words`, of which one says `one` and the other `two`. */
export function startTwoWords(): Promise<TestSubgraph[]> {
  const start = (id: string) =>
    startSubgraph('words', { sdl: 'type Query { word: String }', resolvers: { Query: { word: () => id } } });
  return Promise.all(['one', 'two'].map(start));
}

/** Each copy is called in its turn, and again for each request. */
export const inTurn = { join: false, balance: { by: 'roundRobin', slowStart: 0 } } as const;

/** Who answers of late, in order. */
export async function wordsSaid(gateway: TestGateway): Promise<string[]> {
  const said = new Set<string | undefined>();
  for (let asked = 0; asked < 4; asked += 1) {
    const { body } = await gateway.query('{ word }');
    said.add((body.data as { word: string } | null)?.word);
  }
  return [...said].map(String).sort();
}

/** Resolves when exactly these answer. */
export function whenSaid(gateway: TestGateway, words: readonly string[], withinMs = 10_000) {
  return eventually(async () => ((await wordsSaid(gateway)).join() === words.join() ? true : null), withinMs);
}
