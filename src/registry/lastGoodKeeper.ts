import type { Log } from '../model/log.ts';
import type { Supergraph } from '../model/supergraph.ts';
import { type LastGood, readLastGood, writeLastGood } from './lastGood.ts';

/** Keeps on disk what is served. A disk that fails is told, and tried again at the next occasion; it stops nobody. */
export interface LastGoodKeeper {
  /** The last good supergraph: what was kept last, or found on disk at the start. */
  lastGood(): LastGood | null;
  /** Keeps this one, unless it is kept already. */
  keep(supergraph: Supergraph): Promise<void>;
}

export interface LastGoodKeeperParts {
  readonly folder: string;
  /** By subgraph, the hash of what was last published from its file. */
  readonly fileHashes: () => Promise<ReadonlyMap<string, string>>;
  readonly log: Pick<Log, 'error'>;
}

export async function createLastGoodKeeper(parts: LastGoodKeeperParts): Promise<LastGoodKeeper> {
  const { folder, fileHashes, log } = parts;
  let lastGood = await find(parts);
  let keptName = lastGood && nameOf(lastGood.supergraph);
  let toldName: string | null = null;
  return {
    lastGood: () => lastGood,
    async keep(supergraph) {
      const name = nameOf(supergraph);
      if (name === keptName) return;
      try {
        lastGood = { supergraph, fileHashes: await fileHashes() };
        await writeLastGood(folder, lastGood);
        keptName = name;
      } catch (failure) {
        if (toldName !== name)
          log.error({ err: failure, folder }, 'The last good supergraph cannot be kept on disk');
        toldName = name;
      }
    },
  };
}

async function find({ folder, log }: LastGoodKeeperParts): Promise<LastGood | null> {
  try {
    const { lastGood, passedOver } = await readLastGood(folder);
    for (const reason of passedOver) log.error({ reason }, 'A last good supergraph on disk was passed over');
    return lastGood;
  } catch (failure) {
    log.error({ err: failure, folder }, 'The last good supergraphs on disk cannot be read');
    return null;
  }
}

function nameOf({ version, hash }: Supergraph): string {
  return `${version} ${hash}`;
}
