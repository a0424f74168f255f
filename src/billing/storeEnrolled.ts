import type { PartTables } from '../storage/storage.ts';
import { monthOf } from './billedMonth.ts';
import type { BillingTables } from './billingTables.ts';
import type { PlanTerms } from './planTerms.ts';
import { storeTerms } from './storeBatch.ts';

/** A consumer on a plan, as it is now. */
export interface Enrolment {
  readonly consumer: string;
  readonly terms: PlanTerms;
}

const rowsPerStatement = 200;

/** Puts down that consumers are on plans this month; one that was so before stays as it was. */
export async function storeEnrolled(
  tables: PartTables<BillingTables>,
  { enrolled, nowMs }: { readonly enrolled: readonly Enrolment[]; readonly nowMs: number },
): Promise<void> {
  if (enrolled.length === 0) return;
  const terms = [...new Map(enrolled.map((each) => [each.terms.id, each.terms])).values()];
  const rows = enrolled.map(({ consumer, terms: { id, plan } }) => ({
    ...{ consumer, plan, terms: id },
    month: monthOf(nowMs),
    first_ms: nowMs,
  }));
  await tables.change(async (transaction) => {
    await storeTerms(transaction, terms, nowMs);
    for (let at = 0; at < rows.length; at += rowsPerStatement)
      await transaction
        .insertInto('billing_enrolled')
        .values(rows.slice(at, at + rowsPerStatement))
        .onConflict((conflict) => conflict.columns(['consumer', 'month', 'plan']).doNothing())
        .execute();
  });
}
