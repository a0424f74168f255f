import type { Log } from '../model/log.ts';
import type { PartTables } from '../storage/storage.ts';
import { type AdoptQuestion, adoptLogs, forgetLog } from './adoptLogs.ts';
import { createBilledNames } from './billedNames.ts';
import type { BillingTables } from './billingTables.ts';
import type { BilledMonth } from './invoice.ts';
import type { Position } from './position.ts';
import { type KeptTerms, readBilled, readLastPlan, readTerms } from './readBilled.ts';
import { type Enrolment, storeEnrolled } from './storeEnrolled.ts';
import { type StoredLog, storeLog } from './storeLog.ts';

/** What is billed, as it is kept. Everything throws STORE_UNAVAILABLE when the store is at fault. */
export interface BillingStore {
  /** Adds up a process's log until `end`; gives how far it came, and how many records it took. */
  ship(question: {
    readonly instance: string;
    readonly end: Position;
    readonly nowMs: number;
  }): Promise<StoredLog>;
  /** Adds up what processes left that ended without doing so, and removes their logs; gives how many records. */
  adopt(question: AdoptQuestion): Promise<number>;
  /** Forgets how far a log was added up that is there no more. */
  forget(question: { readonly instance: string }): Promise<void>;
  enrol(question: { readonly enrolled: readonly Enrolment[]; readonly nowMs: number }): Promise<void>;
  billed(question: { readonly consumer: string; readonly month: string }): Promise<BilledMonth>;
  terms(question: null): Promise<readonly KeptTerms[]>;
  lastPlan(question: { readonly consumer: string }): Promise<string | null>;
}

export interface BillingStoreParts {
  /** Holds the folders of all logs. */
  readonly dir: string;
  readonly log: Log;
}

export function createBillingStore(
  tables: PartTables<BillingTables>,
  { dir, log }: BillingStoreParts,
): BillingStore {
  const { database } = tables;
  const means = { tables, names: createBilledNames(database), dir, log };
  return {
    ship: (question) => storeLog(question, means),
    adopt: (question) => adoptLogs(question, means),
    forget: (question) => forgetLog(question, tables),
    enrol: (question) => storeEnrolled(tables, question),
    billed: (question) => readBilled(database, question),
    terms: () => readTerms(database),
    lastPlan: (question) => readLastPlan(database, question),
  };
}
