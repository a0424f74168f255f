import type { PartTables } from '../storage/storage.ts';
import type { Retention } from './period.ts';
import { purge } from './purge.ts';
import { rollUp } from './rollUp.ts';
import type { UsageBatch } from './usageBatch.ts';
import { createUsageReader, type UsageReader } from './usageReader.ts';
import type { UsageTables } from './usageTables.ts';
import { writeBatch } from './writeBatch.ts';

export interface UsageStoreOptions {
  readonly retention: Retention;
  readonly maxOperations: number;
}

/** Usage as it is kept. Everything throws STORE_UNAVAILABLE when the store is at fault. */
export interface UsageStore extends UsageReader {
  /** All of it or nothing; writing it again changes nothing. */
  write(batch: UsageBatch): Promise<void>;
  /** Adds up what has ended. */
  rollUp(nowMs: number): Promise<void>;
  /** Deletes what has been kept long enough. */
  purge(nowMs: number): Promise<void>;
}

export function createUsageStore(
  tables: PartTables<UsageTables>,
  { retention, maxOperations }: UsageStoreOptions,
): UsageStore {
  return {
    ...createUsageReader(tables.database),
    write: (batch) => writeBatch(tables, batch),
    rollUp: (nowMs) => rollUp(tables, nowMs),
    purge: (nowMs) => purge(tables, { nowMs, retention, maxOperations }),
  };
}
