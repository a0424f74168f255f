import { billedMonth } from './billedMonth.ts';
import type { UsageRecord } from './usageRecord.ts';

/** What records come to, for one operation of a consumer in a month. */
export interface BilledSum {
  readonly consumer: string;
  readonly month: string;
  readonly plan: string;
  readonly terms: string;
  readonly operation: string;
  operations: number;
  units: bigint;
  firstMs: number;
}

/** Adds records up. */
export function addUp(records: readonly UsageRecord[], nowMs: number): readonly BilledSum[] {
  const sums = new Map<string, BilledSum>();
  for (const { consumer, plan, terms, operation, units, atMs } of records) {
    const month = billedMonth(atMs, nowMs);
    const key = JSON.stringify([consumer, month, plan, terms, operation]);
    const sum = sums.get(key) ?? {
      ...{ consumer, month, plan, terms, operation },
      ...{ operations: 0, units: 0n, firstMs: atMs },
    };
    sums.set(key, sum);
    sum.operations += 1;
    sum.units += BigInt(units);
    sum.firstMs = Math.min(sum.firstMs, atMs);
  }
  return [...sums.values()];
}
