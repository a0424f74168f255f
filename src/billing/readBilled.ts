import { type Kysely, sql } from 'kysely';
import type { BillingTables } from './billingTables.ts';
import type { BilledMonth } from './invoice.ts';
import type { PlanTerms } from './planTerms.ts';

/** A plan as it is or was, and since when this store knows of it. */
export interface KeptTerms extends PlanTerms {
  readonly firstMs: number;
}

export async function readBilled(
  database: Kysely<BillingTables>,
  { consumer, month }: { readonly consumer: string; readonly month: string },
): Promise<BilledMonth> {
  const usage = await database
    .selectFrom('billing_usage')
    .select(['plan', 'terms', 'operation', 'operations', 'first_ms'])
    .select(sql<string>`cast(units as text)`.as('units'))
    .where('consumer', '=', consumer)
    .where('month', '=', month)
    .execute();
  const enrolled = await database
    .selectFrom('billing_enrolled')
    .select(['plan', 'terms', 'first_ms'])
    .where('consumer', '=', consumer)
    .where('month', '=', month)
    .execute();
  const terms = await readTerms(database);
  return {
    usage: usage.map(({ first_ms, units, operations, ...row }) => ({
      ...row,
      operations: Number(operations),
      units: BigInt(units),
      firstMs: Number(first_ms),
    })),
    enrolled: enrolled.map(({ first_ms, ...row }) => ({ ...row, firstMs: Number(first_ms) })),
    terms: new Map(terms.map((each) => [each.id, each])),
  };
}

/** The oldest first. */
export async function readTerms(database: Kysely<BillingTables>): Promise<readonly KeptTerms[]> {
  const rows = await database
    .selectFrom('billing_terms')
    .selectAll()
    .orderBy('first_ms')
    .orderBy('id')
    .execute();
  return rows.map(({ said, first_ms }) => ({
    ...(JSON.parse(said) as PlanTerms),
    firstMs: Number(first_ms),
  }));
}

/** The plan that a consumer was met on last; null for one that was on none. */
export async function readLastPlan(
  database: Kysely<BillingTables>,
  { consumer }: { readonly consumer: string },
): Promise<string | null> {
  const row = await database
    .selectFrom('billing_enrolled')
    .select('plan')
    .where('consumer', '=', consumer)
    .orderBy('month', 'desc')
    .orderBy('first_ms', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row?.plan ?? null;
}
