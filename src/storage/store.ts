import type { Kysely, Transaction } from 'kysely';
import type { Clock } from '../base/clock.ts';
import type { Log } from '../model/log.ts';

export type StoreKind = 'sqlite' | 'postgres';

/**
 * One step of a part's tables, written with kysely's schema builder so that every store understands it; what only one of them can do
 * (partitions) asks which one it is.
 */
export type Migration = (database: Kysely<unknown>, kind: StoreKind) => Promise<void>;

/** The tables a part owns. Steps that have been released never change; a part adds new ones at the end. */
export interface Migrations {
  readonly part: string;
  readonly steps: readonly Migration[];
}

/** A store that could not be used any more and was put aside. */
export interface StoreRecovery {
  /** Where the damaged file is now. */
  readonly movedTo: string;
  /** What was wrong with it. */
  readonly reason: string;
}

export interface StoreParts {
  /** The file in the folder of `sqlite:FOLDER`; for what may grow and fail by itself. A Postgres keeps everything in one place. */
  readonly file?: string;
  readonly clock: Clock;
  readonly log: Log;
  readonly migrations: readonly Migrations[];
  /** Whether other stores in the same thread get their turn between two statements; a Postgres is waited for anyway. */
  readonly takesTurns?: boolean;
}

/** Exported as `Storage`. */
export interface Store {
  /** Whether it is this gateway's alone (`sqlite`), or others write to it, too, on other machines (`postgres`). */
  readonly kind: StoreKind;
  /** For all parts; each reaches its tables with `tablesOf`. Queries throw STORE_UNAVAILABLE when the store is at fault. */
  readonly database: Kysely<unknown>;
  /**
   * One transaction, all or nothing, and one at a time for each part, whoever asks: what it reads stays as it is until it has written.
   * Those of several parts run beside each other where the store can. Must not begin another one.
   */
  change<Result>(part: string, work: (transaction: Transaction<unknown>) => Promise<Result>): Promise<Result>;
  /** The damaged store that was moved aside when this one was opened, or null. Known once a query went through. */
  recovery(): StoreRecovery | null;
  close(): Promise<void>;
}
