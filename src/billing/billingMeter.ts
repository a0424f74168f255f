import type { Clock } from '../base/clock.ts';

/** How far behind billing is; of this process, since it began. */
export interface BillingStats {
  /** Operations that were put into the log. */
  readonly recorded: number;
  /** Of those, and of what ended processes left, how many were added to the store. */
  readonly stored: number;
  /** Of this process's own, how many are not in the store yet. */
  readonly waiting: number;
  /** For how long the oldest of them has waited, within a second; 0 where none does. */
  readonly oldestMs: number;
  /** Times that the store did not take what there was. */
  readonly failures: number;
}

export interface BillingMeter {
  noteRecord(): void;
  /** The log is about to be stored as far as it has been committed. */
  noteShipping(): void;
  /** So many of its records are in the store. */
  noteStored(records: number, how: { readonly isAll: boolean }): void;
  /** So many of other processes are. */
  noteAdopted(records: number): void;
  noteFailure(): void;
  read(): BillingStats;
}

export function createBillingMeter({ clock }: { readonly clock: Clock }): BillingMeter {
  let recorded = 0;
  let stored = 0;
  let adopted = 0;
  let failures = 0;
  let oldestAtMs: number | null = null;
  /** The same of what came after shipping began, which may not be a part of it. */
  let nextAtMs: number | null = null;
  return {
    noteRecord() {
      recorded += 1;
      if (nextAtMs === null) nextAtMs = clock.monotonicMs();
      oldestAtMs ??= nextAtMs;
    },
    noteShipping() {
      nextAtMs = null;
    },
    noteStored(records, { isAll }) {
      // A store may have taken what it did not live to tell.
      stored = isAll ? recorded : stored + records;
      // What waits in memory came shortly before shipping began.
      oldestAtMs = recorded > stored ? (nextAtMs ?? clock.monotonicMs()) : null;
    },
    noteAdopted(records) {
      adopted += records;
    },
    noteFailure() {
      failures += 1;
    },
    read: () => ({
      ...{ recorded, stored: stored + adopted, waiting: recorded - stored, failures },
      oldestMs: oldestAtMs === null ? 0 : clock.monotonicMs() - oldestAtMs,
    }),
  };
}
