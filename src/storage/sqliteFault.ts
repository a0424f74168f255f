import { SluiceError } from '../base/errors.ts';

/** Met while it is open; at the next start it is moved aside. */
const damaged = 'The store is damaged; a restart goes on with the last good supergraph in a new one';

/** The primary result codes of SQLite that say something about the store and not about the statement. */
const faults: ReadonlyMap<number, string> = new Map([
  [5, 'The store is locked by another process'],
  [6, 'The store is locked by another process'],
  [8, 'The store cannot be written: it is read-only'],
  [10, 'The store cannot be read or written: its disk fails'],
  [11, damaged],
  [13, 'The store cannot be written: its disk is full'],
  [14, 'The store cannot be opened'],
  [26, damaged],
]);

const damagedCodes: ReadonlySet<number> = new Set([11, 26]);
const busyCodes: ReadonlySet<number> = new Set([5, 6]);

/** What was thrown as STORE_UNAVAILABLE when the store is at fault; a faulty statement stays what it was, since that is our own fault. */
export function sqliteFault(thrown: unknown): unknown {
  const message = faults.get(primaryCode(thrown) ?? 0);
  if (message === undefined) return thrown;
  return new SluiceError('STORE_UNAVAILABLE', message, { cause: thrown });
}

/** Does another connection hold a lock, so that the same statement may go through in a moment? */
export function isBusy(thrown: unknown): boolean {
  return busyCodes.has(primaryCode(thrown) ?? 0);
}

/** Is the file no database, or one with broken pages? */
export function isDamaged(thrown: unknown): boolean {
  return damagedCodes.has(primaryCode(thrown) ?? 0);
}

function primaryCode(thrown: unknown): number | null {
  if (typeof thrown !== 'object' || thrown === null || !('errcode' in thrown)) return null;
  return Number(thrown.errcode) & 0xff; // the bytes above it only refine the code
}
