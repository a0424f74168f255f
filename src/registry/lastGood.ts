import { mkdir, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { sha256 } from '../base/sha256.ts';
import { writeDurably } from '../base/writeDurably.ts';
import type { Supergraph } from '../model/supergraph.ts';

const keptFiles = 3;
const fileName = /^supergraph-(\d{9})\.json$/;

const contentSchema = z.strictObject({
  supergraph: z.strictObject({
    version: z.int().positive().nullable(),
    hash: z.string(),
    sdl: z.string(),
    subgraphs: z.array(
      z.strictObject({
        name: z.string(),
        version: z.int().positive(),
        url: z.string(),
        sdl: z.string(),
        hash: z.string(),
        author: z.string(),
        source: z.string(),
        publishedAtMs: z.number(),
      }),
    ),
  }),
  fileHashes: z.array(z.tuple([z.string(), z.string()])),
});

const envelopeSchema = z.strictObject({ sha256: z.string(), content: z.unknown() });

/** A supergraph that was served, with all that is needed to put it back into an empty store. */
export interface LastGood {
  readonly supergraph: Supergraph;
  /** By subgraph, the hash of what was last published from its file. */
  readonly fileHashes: ReadonlyMap<string, string>;
}

export interface LastGoodFound {
  readonly lastGood: LastGood | null;
  /** Newer files that were passed over, and why. */
  readonly passedOver: readonly string[];
}

/**
 * Keeps the last three, the newest under its version's number; a crash leaves old or new. Versions above it are no more: an older store
 * took the place of the one that had them. They are put aside, for whoever misses them.
 */
export async function writeLastGood(folder: string, { supergraph, fileHashes }: LastGood): Promise<void> {
  const content = { supergraph, fileHashes: [...fileHashes] };
  const envelope = { sha256: sha256(JSON.stringify(content)), content };
  const name = `supergraph-${String(supergraph.version ?? 0).padStart(9, '0')}.json`;
  await mkdir(folder, { recursive: true });
  await writeDurably(join(folder, name), JSON.stringify(envelope));
  const kept = await newestFirst(folder);
  const position = kept.indexOf(name);
  for (const above of kept.slice(0, position))
    await rename(join(folder, above), join(folder, `${above}.superseded`));
  for (const old of kept.slice(position + keptFiles)) await rm(join(folder, old), { force: true });
}

/** The newest file of the folder whose checksum is right. */
export async function readLastGood(folder: string): Promise<LastGoodFound> {
  const passedOver: string[] = [];
  for (const name of await newestFirst(folder)) {
    try {
      return { lastGood: parseLastGood(await readFile(join(folder, name), 'utf8')), passedOver };
    } catch (failure) {
      passedOver.push(
        `${join(folder, name)}: ${failure instanceof Error ? failure.message : String(failure)}`,
      );
    }
  }
  return { lastGood: null, passedOver };
}

function parseLastGood(text: string): LastGood {
  const { sha256: checksum, content } = envelopeSchema.parse(JSON.parse(text));
  if (sha256(JSON.stringify(content)) !== checksum) throw new Error('its checksum is wrong');
  const { supergraph, fileHashes } = contentSchema.parse(content);
  if (sha256(supergraph.sdl) !== supergraph.hash) throw new Error('its supergraph has another hash');
  return { supergraph, fileHashes: new Map(fileHashes) };
}

async function newestFirst(folder: string): Promise<readonly string[]> {
  try {
    return (await readdir(folder))
      .filter((name) => fileName.test(name))
      .sort()
      .reverse();
  } catch (failure) {
    if (typeof failure === 'object' && failure !== null && 'code' in failure && failure.code === 'ENOENT')
      return [];
    throw failure;
  }
}
