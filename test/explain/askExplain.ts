import { askAdmin } from '../support/adminClient.ts';

export interface Told {
  readonly requestId: string;
  readonly why: string;
  readonly status: number;
  readonly operations: readonly string[];
  readonly codes: readonly string[];
  readonly decisions: readonly {
    readonly ms: number;
    readonly part: string;
    readonly text: string;
    readonly facts: Readonly<Record<string, unknown>>;
  }[];
}

const fields = 'requestId at ms why status operations client consumer codes decisions { ms part text facts }';

/** What a gateway tells of a request. */
export async function askExplain(gateway: { adminUrl: string }, id: string): Promise<readonly Told[]> {
  const query = `query ($id: String!) { explain(id: $id) { ${fields} } }`;
  return (await askAdmin<{ explain: Told[] }>(gateway, query, { id })).explain;
}

/** The only one of this id. */
export async function explained(gateway: { adminUrl: string }, id: string): Promise<Told> {
  const [told, ...others] = await askExplain(gateway, id);
  if (!told || others.length > 0) throw new Error(`There are ${others.length + (told ? 1 : 0)} of ${id}`);
  return told;
}

export async function lastExplained(gateway: { adminUrl: string }, first = 100): Promise<readonly Told[]> {
  const query = `query ($first: Int!) { explanations(first: $first) { ${fields} } }`;
  return (await askAdmin<{ explanations: Told[] }>(gateway, query, { first })).explanations;
}
