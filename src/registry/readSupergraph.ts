import type { Kysely, Selectable } from 'kysely';
import { sha256 } from '../base/sha256.ts';
import type { SubgraphVersion, Supergraph } from '../model/supergraph.ts';
import type { RegistryTables } from './registryTables.ts';

/** A supergraph version as stored; `damage` says which of its texts are not what they were. */
export type StoredSupergraph =
  | { readonly supergraph: Supergraph; readonly damage: null }
  | { readonly supergraph: null; readonly damage: string };

/** The newest version, 0 when there is none. */
export async function headVersion(database: Kysely<RegistryTables>): Promise<number> {
  const query = database.selectFrom('registry_versions').select(({ fn }) => fn.max('version').as('head'));
  return (await query.executeTakeFirst())?.head ?? 0;
}

/** Null for a version that never was; every text is compared with its hash. */
export async function readSupergraph(
  database: Kysely<RegistryTables>,
  version: number,
): Promise<StoredSupergraph | null> {
  const row = await database
    .selectFrom('registry_versions')
    .innerJoin('registry_texts', 'registry_texts.hash', 'registry_versions.hash')
    .select(['registry_versions.hash', 'registry_texts.text'])
    .where('version', '=', version)
    .executeTakeFirst();
  if (!row) return null;
  const members = await database
    .selectFrom('registry_members as member')
    .innerJoin('registry_subgraphs as subgraph', (join) =>
      join
        .onRef('subgraph.name', '=', 'member.name')
        .onRef('subgraph.version', '=', 'member.subgraph_version'),
    )
    .innerJoin('registry_texts', 'registry_texts.hash', 'subgraph.hash')
    .selectAll('subgraph')
    .select('registry_texts.text')
    .where('member.version', '=', version)
    .orderBy('member.name')
    .execute();
  const damaged = members.find(({ hash, text }) => sha256(text) !== hash);
  if (damaged)
    return { supergraph: null, damage: `the SDL of subgraph ${damaged.name} is not what was published` };
  if (sha256(row.text) !== row.hash)
    return { supergraph: null, damage: `supergraph version ${version} is not what was composed` };
  const subgraphs = members.map(subgraphVersion);
  return { supergraph: { version, hash: row.hash, sdl: row.text, subgraphs }, damage: null };
}

function subgraphVersion(
  row: Selectable<RegistryTables['registry_subgraphs']> & { text: string },
): SubgraphVersion {
  const { name, version, url, hash, author, source, text, published_at_ms } = row;
  return { name, version, url, sdl: text, hash, author, source, publishedAtMs: published_at_ms };
}
