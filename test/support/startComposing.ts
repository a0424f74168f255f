import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '../../src/base/clock.ts';
import type { Supergraph } from '../../src/model/supergraph.ts';
import {
  createRegistry,
  createStaticSupergraph,
  type RegistryPart,
  registryMigrations,
  registryOptions,
} from '../../src/registry/registry.ts';
import { openStorage, storageOptions } from '../../src/storage/storage.ts';
import { lendThread } from './lendThread.ts';
import { silentLog } from './silentLog.ts';
import type { TestSubgraph } from './startSubgraph.ts';

export interface Composing {
  readonly registry: RegistryPart;
  /** Publishes the subgraphs by name, as SDL that nobody is asked for or as those that run; gives the supergraph as the registry serves it. */
  published(
    subgraphs: Readonly<Record<string, string | Pick<TestSubgraph, 'url' | 'sdl'>>>,
  ): Promise<Supergraph>;
  /** The same supergraph as `serve --supergraph` has it: a file, without its subgraphs. */
  served({ sdl }: Supergraph): Promise<Supergraph>;
  close(): Promise<void>;
}

/** A registry on a folder of its own. */
export async function startComposing(): Promise<Composing> {
  const dir = await mkdtemp(join(tmpdir(), 'sluice-supergraph-'));
  const parts = { dir, clock: systemClock, log: silentLog, startThread: lendThread };
  const options = registryOptions.parse({ breakingChanges: 'allow' });
  const storage = openStorage(storageOptions.parse({ url: `sqlite:${dir}`, dir }), {
    ...parts,
    migrations: [registryMigrations],
  });
  const registry = await createRegistry(options, { ...parts, storage });
  return {
    registry,
    async published(subgraphs) {
      const inputs = Object.entries(subgraphs).map(([name, given]) => ({
        name,
        url: typeof given === 'string' ? `http://127.0.0.1/${name}` : given.url,
        sdl: typeof given === 'string' ? given : given.sdl,
        source: 'publish',
      }));
      // Published at once with the new ones, what is left of former subgraphs could not compose.
      for (const { name } of await registry.subgraphs())
        if (!(name in subgraphs))
          throw new Error(`Subgraph ${name} is still there: give all tests the same names`);
      await registry.publish(inputs, { author: 'ann' });
      const supergraph = registry.current();
      if (!supergraph) throw new Error('Nothing was published');
      return supergraph;
    },
    async served({ sdl }) {
      const location = join(dir, 'supergraph.graphql');
      await writeFile(location, sdl);
      const source = await createStaticSupergraph(options, { ...parts, location });
      const supergraph = source.current();
      await source.close();
      if (!supergraph) throw new Error('Nothing is served');
      return supergraph;
    },
    async close() {
      await registry.close();
      await storage.close();
      await rm(dir, { recursive: true, force: true });
    },
  };
}
