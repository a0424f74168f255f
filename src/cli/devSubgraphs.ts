import { isDeepStrictEqual } from 'node:util';
import {
  type DevRun,
  type DevSubgraph,
  type DevSubgraphParts,
  startDevSubgraph,
} from './startDevSubgraph.ts';

export type { DevSubgraph } from './startDevSubgraph.ts';

export interface DevSubgraphs {
  /** Starts those that are new, starts again those that changed, ends those that are gone. */
  apply(subgraphs: readonly DevSubgraph[]): Promise<void>;
  /** Resolves when each one answers or has ended; says which do not answer within `timeoutMs`. */
  ready(timeoutMs: number): Promise<void>;
  stop(): Promise<void>;
}

/** The subgraphs that `sluice dev` runs: each its own process, whose lines come out with its name in front. */
export function createDevSubgraphs(parts: DevSubgraphParts): DevSubgraphs {
  const runs = new Map<string, DevRun>();
  let stopped = false;
  /** For an end that nobody awaits: a fault of ours. A kill of ours is seen by the children themselves, where they are Node. */
  const endAll = (): void => {
    for (const run of runs.values()) run.kill();
  };
  process.on('exit', endAll);

  return {
    async apply(subgraphs) {
      const wanted = new Map(subgraphs.map((subgraph) => [subgraph.name, subgraph]));
      const gone = [...runs].filter(([name, run]) => !isDeepStrictEqual(wanted.get(name), run.subgraph));
      for (const [name] of gone) runs.delete(name);
      await Promise.all(gone.map(([, run]) => run.stop()));
      if (stopped) return;
      for (const [name, subgraph] of wanted)
        if (!runs.has(name)) runs.set(name, startDevSubgraph(subgraph, parts));
    },
    async ready(timeoutMs) {
      await Promise.all([...runs.values()].map((run) => run.answers(timeoutMs)));
    },
    async stop() {
      stopped = true;
      await Promise.all([...runs.values()].map((run) => run.stop()));
      process.off('exit', endAll);
    },
  };
}
