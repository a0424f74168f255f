import type { Transaction } from 'kysely';
import { badInput } from './refuseFaultyInputs.ts';
import type { RegistryTables } from './registryTables.ts';

export type LeaseRow = RegistryTables['registry_instances'];

const maxPerSubgraph = 1000;

/** Writes a lease in the place of what the instance had, and clears away those that have ended. */
export async function writeLease(
  transaction: Transaction<RegistryTables>,
  row: LeaseRow,
  nowMs: number,
): Promise<void> {
  const { subgraph, url } = row;
  await transaction.deleteFrom('registry_instances').where('expires_at_ms', '<=', nowMs).execute();
  const others = await transaction
    .selectFrom('registry_instances')
    .select('url')
    .where('subgraph', '=', subgraph)
    .where('url', '!=', url)
    .execute();
  if (others.length >= maxPerSubgraph)
    throw badInput(`The subgraph ${subgraph} has ${others.length} instances; allowed: ${maxPerSubgraph}`);
  await transaction
    .insertInto('registry_instances')
    .values(row)
    .onConflict((conflict) => conflict.columns(['subgraph', 'url']).doUpdateSet(row))
    .execute();
}
