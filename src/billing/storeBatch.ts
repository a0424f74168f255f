import type { Transaction } from 'kysely';
import { addUp, type BilledSum } from './addUp.ts';
import type { BillingTables } from './billingTables.ts';
import type { PlanTerms } from './planTerms.ts';
import { isBefore, logStart, type Position } from './position.ts';
import type { LogBatch } from './readBatch.ts';

type Database = Transaction<BillingTables>;

const rowsPerStatement = 100;

export async function readMark(database: Pick<Database, 'selectFrom'>, instance: string): Promise<Position> {
  const row = await database
    .selectFrom('billing_marks')
    .selectAll()
    .where('instance', '=', instance)
    .executeTakeFirst();
  return row ? { file: Number(row.file), offset: Number(row.byte_offset) } : logStart;
}

/**
 * Adds a batch of a log to what is stored, with the mark that says so, in the transaction it is given. A batch that does not begin where
 * the mark is changes nothing: it has been stored already, or something else has.
 */
export async function storeBatch(
  transaction: Database,
  { usage, terms, from, until }: LogBatch,
  { instance, nowMs, nameOf }: { instance: string; nowMs: number; nameOf: (sum: BilledSum) => string },
): Promise<boolean> {
  const mark = await readMark(transaction, instance);
  if (isBefore(mark, from) || isBefore(from, mark)) return false;
  await storeTerms(transaction, terms, nowMs);
  const named = usage.length === 0 ? [] : mergeNamed(addUp(usage, nowMs), nameOf);
  for (let at = 0; at < named.length; at += rowsPerStatement)
    await storeSums(transaction, named.slice(at, at + rowsPerStatement));
  await storeMet(transaction, named);
  const { file, offset } = until;
  await transaction
    .insertInto('billing_marks')
    .values({ instance, file, byte_offset: offset })
    .onConflict((conflict) => conflict.column('instance').doUpdateSet({ file, byte_offset: offset }))
    .execute();
  return true;
}

export async function storeTerms(
  transaction: Database,
  terms: readonly PlanTerms[],
  nowMs: number,
): Promise<void> {
  for (const each of terms) {
    await transaction
      .insertInto('billing_terms')
      .values({ id: each.id, plan: each.plan, said: JSON.stringify(each), first_ms: nowMs })
      .onConflict((conflict) => conflict.column('id').doNothing())
      .execute();
  }
}

/** Under the names that operations have on a bill: several may share one. */
function mergeNamed(sums: readonly BilledSum[], nameOf: (sum: BilledSum) => string): readonly BilledSum[] {
  const merged = new Map<string, BilledSum>();
  for (const sum of sums) {
    const operation = nameOf(sum);
    const { consumer, month, plan, terms } = sum;
    const key = JSON.stringify([consumer, month, plan, terms, operation]);
    const same = merged.get(key);
    if (!same) merged.set(key, { ...sum, operation });
    else {
      same.operations += sum.operations;
      same.units += sum.units;
      same.firstMs = Math.min(same.firstMs, sum.firstMs);
    }
  }
  return [...merged.values()];
}

async function storeSums(transaction: Database, sums: readonly BilledSum[]): Promise<void> {
  await transaction
    .insertInto('billing_usage')
    .values(sums.map(({ firstMs, ...sum }) => ({ ...sum, first_ms: firstMs })))
    .onConflict((conflict) =>
      conflict.columns(['consumer', 'month', 'plan', 'terms', 'operation']).doUpdateSet((eb) => ({
        operations: eb('billing_usage.operations', '+', eb.ref('excluded.operations')),
        units: eb('billing_usage.units', '+', eb.ref('excluded.units')),
        first_ms: eb
          .case()
          .when('excluded.first_ms', '<', eb.ref('billing_usage.first_ms'))
          .then(eb.ref('excluded.first_ms'))
          .else(eb.ref('billing_usage.first_ms'))
          .end(),
      })),
    )
    .execute();
}

/** Who uses a plan is on it. */
async function storeMet(transaction: Database, sums: readonly BilledSum[]): Promise<void> {
  const met = new Map<string, BillingTables['billing_enrolled']>();
  for (const { consumer, month, plan, terms, firstMs } of sums) {
    const key = JSON.stringify([consumer, month, plan]);
    const known = met.get(key);
    if (!known || firstMs < known.first_ms) met.set(key, { consumer, month, plan, terms, first_ms: firstMs });
  }
  const rows = [...met.values()];
  for (let at = 0; at < rows.length; at += rowsPerStatement)
    await transaction
      .insertInto('billing_enrolled')
      .values(rows.slice(at, at + rowsPerStatement))
      .onConflict((conflict) => conflict.columns(['consumer', 'month', 'plan']).doNothing())
      .execute();
}
