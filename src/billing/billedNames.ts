import type { Kysely } from 'kysely';
import type { BilledSum } from './addUp.ts';
import { billedMonth } from './billedMonth.ts';
import type { BillingTables } from './billingTables.ts';
import type { UsageRecord } from './usageRecord.ts';

/** What stands on a bill for operations that are too many to be told apart. */
export const otherOperations = '(other)';

const maxNames = 1000;
const maxBills = 500;

/** The names of operations on each bill. Clients choose them: a flood of different ones is put down under one. */
export interface BilledNames {
  /** Reads what it has to know of what is stored, before `nameOf` is asked. */
  load(records: readonly UsageRecord[], nowMs: number): Promise<void>;
  nameOf(sum: BilledSum): string;
}

export function createBilledNames(database: Kysely<BillingTables>): BilledNames {
  const bills = new Map<string, Set<string>>();
  const keyOf = (consumer: string, month: string): string => `${month} ${consumer}`;
  return {
    async load(records, nowMs) {
      for (const { consumer, atMs } of records) {
        const month = billedMonth(atMs, nowMs);
        const key = keyOf(consumer, month);
        if (bills.has(key)) continue;
        const [oldest] = bills.keys();
        if (bills.size >= maxBills && oldest !== undefined) bills.delete(oldest);
        const rows = await database
          .selectFrom('billing_usage')
          .select('operation')
          .distinct()
          .where('consumer', '=', consumer)
          .where('month', '=', month)
          .execute();
        bills.set(key, new Set(rows.map(({ operation }) => operation)));
      }
    },
    nameOf({ consumer, month, operation }) {
      const names = bills.get(keyOf(consumer, month));
      if (!names || names.has(operation)) return operation;
      if (names.size >= maxNames) return otherOperations;
      names.add(operation);
      return operation;
    },
  };
}
