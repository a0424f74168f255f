import type { Kind, UsageKey } from './kinds.ts';
import type { RecordedError } from './lastErrors.ts';
import type { SeenOperation } from './seenOperations.ts';

/** A group as it goes to the store: its sums so far, so that writing it again changes nothing. */
export interface UsageRow {
  readonly kind: Kind;
  readonly key: UsageKey;
  /** In the order of `measures`. */
  readonly sums: readonly number[];
  /** As LatencySketch writes it; empty where there is none. */
  readonly latency: string;
}

/** What is written to the store at once: all of it or nothing. */
export interface UsageBatch {
  /** The minute of the rows. */
  readonly startMs: number;
  readonly source: string;
  readonly atMs: number;
  readonly rows: readonly UsageRow[];
  readonly operations: readonly SeenOperation[];
  readonly errors: readonly RecordedError[];
}
