import type { Transaction } from 'kysely';
import type { RegistryTables } from './registryTables.ts';
import type { LeaseRow } from './writeLease.ts';

interface Terms {
  readonly subgraph: string;
  readonly url: string;
  /** As long as at first when it is null. */
  readonly ttlMs: number | null;
  readonly nowMs: number;
}

/** Lengthens a lease; null when it has ended. */
export async function lengthenLease(
  transaction: Transaction<RegistryTables>,
  { subgraph, url, ttlMs, nowMs }: Terms,
): Promise<LeaseRow | null> {
  const row = await transaction
    .selectFrom('registry_instances')
    .selectAll()
    .where('subgraph', '=', subgraph)
    .where('url', '=', url)
    .where('expires_at_ms', '>', nowMs)
    .executeTakeFirst();
  if (!row) return null;
  const ttl = ttlMs ?? Number(row.ttl_ms);
  const lengthened = { ttl_ms: ttl, expires_at_ms: nowMs + ttl };
  await transaction
    .updateTable('registry_instances')
    .set(lengthened)
    .where('subgraph', '=', subgraph)
    .where('url', '=', url)
    .execute();
  return { ...row, ...lengthened };
}
