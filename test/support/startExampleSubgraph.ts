import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

export const subgraphNames = ['countries', 'cities', 'airports', 'currencies', 'trips'] as const;
export type SubgraphName = (typeof subgraphNames)[number];

/** A subgraph running as its own process, on a port the system chose. */
export interface RunningSubgraph {
  readonly url: string;
  /** Posts an operation and gives the result's parts; `data` is for the test to look into. */
  ask(query: string, variables?: Readonly<Record<string, unknown>>): Promise<SubgraphResult>;
  /** `_entities` for these representations, with this selection on the type. */
  entities(type: string, keys: readonly object[], selection: string): Promise<unknown>;
  /** Asks the process to end; gives its exit code, or the signal that ended it. */
  end(signal?: NodeJS.Signals): Promise<number | NodeJS.Signals | null>;
}

export interface SubgraphResult {
  readonly status: number;
  readonly data: unknown;
  readonly errors: readonly { readonly message: string; readonly code: unknown }[];
}

export interface FinishedProcess {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Those that are no GraphQL servers in the example supergraph, and have one besides. */
const translated: ReadonlySet<SubgraphName> = new Set(['airports', 'currencies']);

export function spawnSubgraph(name: SubgraphName, port: string): ChildProcess {
  const file = translated.has(name) ? 'graphqlServer' : 'server';
  return spawn(process.execPath, [`subgraphs/${name}/${file}.ts`], {
    cwd: root,
    env: { ...process.env, PORT: port },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

/** Runs a subgraph that is expected to give up by itself. */
export async function runToEnd(name: SubgraphName, port: string): Promise<FinishedProcess> {
  const child = spawnSubgraph(name, port);
  const texts = { stdout: '', stderr: '' };
  child.stdout?.on('data', (chunk) => (texts.stdout += chunk));
  child.stderr?.on('data', (chunk) => (texts.stderr += chunk));
  const [code] = await once(child, 'close');
  return { code, ...texts };
}

export async function startExampleSubgraph(name: SubgraphName): Promise<RunningSubgraph> {
  const child = spawnSubgraph(name, '0');
  child.stderr?.pipe(process.stderr);
  const url = await readyUrl(name, child);

  const ask: RunningSubgraph['ask'] = async (query, variables = {}) => {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query, variables }),
    });
    const result = (await response.json()) as ResultOnTheWire;
    const errors = (result.errors ?? []).map(({ message, extensions }) => ({
      message,
      code: extensions?.code,
    }));
    return { status: response.status, data: result.data, errors };
  };
  return {
    url,
    ask,
    async entities(type, keys, selection) {
      const representations = keys.map((key) => ({ __typename: type, ...key }));
      const query = `query ($r: [_Any!]!) { _entities(representations: $r) { ... on ${type} { ${selection} } } }`;
      const { data, errors } = await ask(query, { r: representations });
      if (errors.length > 0) throw new Error(JSON.stringify(errors));
      return (data as { _entities: unknown })._entities;
    },
    async end(signal = 'SIGTERM') {
      const exited = once(child, 'exit');
      child.kill(signal);
      const [code, killedBy] = await exited;
      return code ?? killedBy;
    },
  };
}

interface ResultOnTheWire {
  readonly data?: unknown;
  readonly errors?: readonly {
    readonly message: string;
    readonly extensions?: { readonly code?: unknown };
  }[];
}

async function readyUrl(name: SubgraphName, child: ChildProcess): Promise<string> {
  const line = await new Promise<string>((resolve, reject) => {
    child.stdout?.once('data', (chunk) => resolve(String(chunk)));
    child.once('exit', (code) => reject(new Error(`${name} ended with ${code} before it was ready`)));
  });
  const url = /^\w+ is ready at (http:\S+)\n$/.exec(line)?.[1];
  if (!url) throw new Error(`${name} said "${line}"`);
  return url;
}
