import type { Kysely } from 'kysely';
import { sha256 } from '../base/sha256.ts';
import type { CheckReport, CompositionRemark, HistoryEntry, SubgraphInput } from '../model/registry.ts';
import type { SubgraphVersion, Supergraph } from '../model/supergraph.ts';
import type { PartTables } from '../storage/storage.ts';
import type { HashedSdl } from './composeJob.ts';
import { headVersion } from './readSupergraph.ts';
import type { RegistryTables } from './registryTables.ts';

/** How long an idempotency key is known: far longer than anybody goes on repeating a call. */
const keptKeysMs = 30 * 86_400_000;

/** Of what composition remarks on: more is read by nobody. */
const maxHints = 200;
const maxHintLength = 2000;

/** A change that has been composed and only has to be written down. */
export interface Change {
  /** The version it was made from, 0 for the first one. */
  readonly parent: number;
  readonly kind: HistoryEntry['kind'];
  readonly changed: readonly string[];
  readonly rolledBackTo: number | null;
  readonly author: string;
  readonly atMs: number;
  readonly supergraph: HashedSdl;
  /** Null where nothing was composed: a rollback has those of the version it brings back. */
  readonly hints: readonly CompositionRemark[] | null;
  /** Subgraph versions that are in the store already. */
  readonly kept: readonly SubgraphVersion[];
  readonly published: readonly SubgraphInput[];
  readonly idempotency: {
    readonly key: string;
    readonly inputHash: string;
    readonly report: CheckReport;
  } | null;
  /** By subgraph, the hash of the file this publishes. */
  readonly fileHashes: ReadonlyMap<string, string>;
}

/** What is kept of a change beside its outcome. */
export type Done = Pick<Change, 'idempotency' | 'fileHashes' | 'atMs'> & { readonly version: number };

/**
 * Writes the next supergraph version, all of it or nothing. The compare-and-swap is here: null when the head is not the change's
 * parent any more or somebody used its idempotency key meanwhile, in this process or another.
 */
export async function appendChange(
  tables: PartTables<RegistryTables>,
  change: Change,
): Promise<Supergraph | null> {
  const lostRace = new Error('Somebody else was faster');
  try {
    return await tables.change(async (transaction) => {
      await keepTexts(transaction, [change.supergraph.sdl, ...change.published.map(({ sdl }) => sdl)]);
      const version = await insertVersion(transaction, change);
      if (version === null) throw lostRace;
      const added: SubgraphVersion[] = [];
      for (const input of change.published) added.push(await insertSubgraph(transaction, input, change));
      const subgraphs = [...change.kept, ...added].sort((a, b) => (a.name < b.name ? -1 : 1));
      await insertMembers(transaction, { version, subgraphs });
      if (!(await rememberDone(transaction, { ...change, version }))) throw lostRace;
      return { version, ...change.supergraph, subgraphs };
    });
  } catch (failure) {
    if (failure === lostRace) return null;
    throw failure;
  }
}

async function keepTexts(database: Kysely<RegistryTables>, texts: readonly string[]): Promise<void> {
  await database
    .insertInto('registry_texts')
    .values(texts.map((text) => ({ hash: sha256(text), text })))
    .onConflict((conflict) => conflict.column('hash').doNothing())
    .execute();
}

async function insertVersion(database: Kysely<RegistryTables>, change: Change): Promise<number | null> {
  if ((await headVersion(database)) !== change.parent) return null;
  const version = change.parent + 1;
  const { numInsertedOrUpdatedRows } = await database
    .insertInto('registry_versions')
    .values({
      version,
      parent: change.parent || null,
      hash: change.supergraph.hash,
      kind: change.kind,
      changed: JSON.stringify(change.changed),
      rolled_back_to: change.rolledBackTo,
      author: change.author,
      at_ms: change.atMs,
      hints: change.hints && JSON.stringify(change.hints.slice(0, maxHints).map(shortened)),
    })
    .onConflict((conflict) => conflict.column('version').doNothing())
    .executeTakeFirstOrThrow();
  return numInsertedOrUpdatedRows === 0n ? null : version;
}

function shortened({ message, places, ...hint }: CompositionRemark): CompositionRemark {
  return { ...hint, message: message.slice(0, maxHintLength), places: places.slice(0, maxHints) };
}

async function insertSubgraph(
  database: Kysely<RegistryTables>,
  { name, url, sdl, source }: SubgraphInput,
  { author, atMs }: Change,
): Promise<SubgraphVersion> {
  const newest = database
    .selectFrom('registry_subgraphs')
    .select(({ fn }) => fn.max('version').as('version'))
    .where('name', '=', name);
  const version = ((await newest.executeTakeFirst())?.version ?? 0) + 1;
  const row = { name, version, url, hash: sha256(sdl), author, source };
  await database
    .insertInto('registry_subgraphs')
    .values({ ...row, published_at_ms: atMs })
    .execute();
  return { ...row, sdl, publishedAtMs: atMs };
}

export async function insertMembers(
  database: Kysely<RegistryTables>,
  {
    version,
    subgraphs,
  }: { version: number; subgraphs: readonly Pick<SubgraphVersion, 'name' | 'version'>[] },
): Promise<void> {
  await database
    .insertInto('registry_members')
    .values(
      subgraphs.map((subgraph) => ({ version, name: subgraph.name, subgraph_version: subgraph.version })),
    )
    .execute();
}

/** Keeps the key and file hashes of a change; false when the key was used meanwhile. */
export async function rememberDone(database: Kysely<RegistryTables>, done: Done): Promise<boolean> {
  for (const [name, hash] of done.fileHashes) {
    await database
      .insertInto('registry_file_sources')
      .values({ name, hash })
      .onConflict((conflict) => conflict.column('name').doUpdateSet({ hash }))
      .execute();
  }
  if (!done.idempotency) return true;
  await database
    .deleteFrom('registry_idempotency')
    .where('at_ms', '<', done.atMs - keptKeysMs)
    .execute();
  const { key, inputHash, report } = done.idempotency;
  const { numInsertedOrUpdatedRows } = await database
    .insertInto('registry_idempotency')
    .values({
      key,
      input_hash: inputHash,
      version: done.version,
      report: JSON.stringify(report),
      at_ms: done.atMs,
    })
    .onConflict((conflict) => conflict.column('key').doNothing())
    .executeTakeFirstOrThrow();
  return numInsertedOrUpdatedRows !== 0n;
}
