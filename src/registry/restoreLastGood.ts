import type { Kysely } from 'kysely';
import { SluiceError } from '../base/errors.ts';
import { sha256 } from '../base/sha256.ts';
import type { SubgraphVersion } from '../model/supergraph.ts';
import type { PartTables } from '../storage/storage.ts';
import { insertMembers } from './appendChange.ts';
import type { LastGood } from './lastGood.ts';
import { headVersion, readSupergraph } from './readSupergraph.ts';
import type { RegistryTables } from './registryTables.ts';

export interface RestoreBounds {
  /**
   * What a version may be put on: `anything` the store has; only `recoveries`, so that a store in which somebody published stays what it
   * is; or `nothing`, so that no more than damaged texts are repaired.
   */
  readonly onto: 'anything' | 'recoveries' | 'nothing';
  readonly atMs: number;
}

/**
 * Puts the last good supergraph back into a store that has lost it: its texts first, which may be all that was damaged, and, if it
 * still is not the head, a version of kind `recovery`. It keeps its number, or gets the next one when that is taken.
 * Returns the version that is the head now. STORE_UNAVAILABLE when that is damaged and nothing may be put on it.
 */
export async function restoreLastGood(
  { change }: PartTables<RegistryTables>,
  { lastGood, onto, atMs }: RestoreBounds & { lastGood: LastGood },
): Promise<number> {
  const { supergraph, fileHashes } = lastGood;
  return await change(async (transaction) => {
    await putTexts(transaction, [supergraph.sdl, ...supergraph.subgraphs.map(({ sdl }) => sdl)]);
    const head = await headVersion(transaction);
    const lost = supergraph.version ?? 1;
    const isKept = onto === 'nothing' || (onto === 'recoveries' && (await hasHistory(transaction)));
    const stored = head >= lost || isKept ? await readSupergraph(transaction, head) : null;
    if (stored?.supergraph) return head;
    if (isKept)
      throw new SluiceError('STORE_UNAVAILABLE', 'The store is damaged', { detail: stored?.damage });

    const version = Math.max(head + 1, lost);
    const subgraphs: Array<Pick<SubgraphVersion, 'name' | 'version'>> = [];
    for (const subgraph of supergraph.subgraphs) subgraphs.push(await putSubgraph(transaction, subgraph));
    await transaction
      .insertInto('registry_versions')
      .values({
        version,
        parent: head || null,
        hash: supergraph.hash,
        kind: 'recovery',
        changed: JSON.stringify(supergraph.subgraphs.map(({ name }) => name)),
        rolled_back_to: null,
        author: 'sluice',
        at_ms: atMs,
      })
      .execute();
    await insertMembers(transaction, { version, subgraphs });
    await putFileHashes(transaction, fileHashes);
    return version;
  });
}

/** Whether anybody ever published here: there is more than what gateways put back. */
export async function hasHistory(database: Kysely<RegistryTables>): Promise<boolean> {
  const published = database
    .selectFrom('registry_versions')
    .select('version')
    .where('kind', '!=', 'recovery');
  return (await published.limit(1).executeTakeFirst()) !== undefined;
}

/** Texts are named by their hash: writing one over a damaged one can only repair it. */
async function putTexts(database: Kysely<RegistryTables>, texts: readonly string[]): Promise<void> {
  await database
    .insertInto('registry_texts')
    .values([...new Set(texts)].map((text) => ({ hash: sha256(text), text })))
    .onConflict((conflict) =>
      conflict.column('hash').doUpdateSet(({ ref }) => ({ text: ref('excluded.text') })),
    )
    .execute();
}

/** Under its own number when that is free or holds the same, otherwise as the subgraph's next version. */
async function putSubgraph(
  database: Kysely<RegistryTables>,
  subgraph: SubgraphVersion,
): Promise<Pick<SubgraphVersion, 'name' | 'version'>> {
  const { name, url, hash, author, source, publishedAtMs } = subgraph;
  const rows = await database.selectFrom('registry_subgraphs').selectAll().where('name', '=', name).execute();
  const same = rows.find((row) => row.version === subgraph.version && row.hash === hash && row.url === url);
  if (same) return { name, version: same.version };
  const isTaken = rows.some(({ version }) => version === subgraph.version);
  const version = isTaken ? Math.max(...rows.map((row) => row.version)) + 1 : subgraph.version;
  await database
    .insertInto('registry_subgraphs')
    .values({ name, version, url, hash, author, source, published_at_ms: publishedAtMs })
    .execute();
  return { name, version };
}

async function putFileHashes(
  database: Kysely<RegistryTables>,
  hashes: LastGood['fileHashes'],
): Promise<void> {
  for (const [name, hash] of hashes) {
    await database
      .insertInto('registry_file_sources')
      .values({ name, hash })
      .onConflict((conflict) => conflict.column('name').doNothing())
      .execute();
  }
}
