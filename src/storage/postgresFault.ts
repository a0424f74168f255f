import { DatabaseError } from 'pg';
import { SluiceError } from '../base/errors.ts';

const unreachable = 'The store cannot be reached';
const noAnswer = 'The store did not answer in time';
const locked = 'The store is locked by another process';
const shutDown = 'The store is shutting down or starting up';
const readOnly = 'The store cannot be written: it is read-only';
const damaged = 'The store is damaged';
const notAllowed = 'The store does not let Sluice in';
const gone = 'The store has no tables of Sluice any more';

/** The SQLSTATEs that say something about the store and not about the statement, in full or by class (the first two characters). */
const faults: ReadonlyMap<string, string> = new Map([
  ['08', unreachable],
  ['25006', readOnly],
  ['25P03', noAnswer],
  ['28', notAllowed],
  ['3D', 'The store has no database of this name'],
  ['3F', gone],
  ['40001', locked],
  ['40P01', locked],
  ['42501', 'The store does not let Sluice do this'],
  ['42P01', gone],
  ['53100', 'The store cannot be written: its disk is full'],
  ['53200', 'The store is out of memory'],
  ['53300', 'The store takes no more connections'],
  ['55P03', locked],
  ['57014', noAnswer],
  ['57P01', shutDown],
  ['57P02', shutDown],
  ['57P03', shutDown],
  ['57P04', 'The store has no database of this name'],
  ['58', 'The store cannot be read or written: its disk fails'],
  ['XX001', damaged],
  ['XX002', damaged],
]);

/** How pg says that a connection has ended; it has no codes for that. */
const endings = /^Connection terminated|^Query read timeout$|is not queryable$|^Client was closed/;

/** SQLSTATEs after which a connection is of no use: it has ended, or leads to a server that has become read-only and is not the one to write to. */
const endedStates: ReadonlySet<string> = new Set(['25006', '25P03', '57P01', '57P02', '57P03', '57P04']);

/** What a statement threw as STORE_UNAVAILABLE when the store is at fault; a faulty statement stays what it was, since that is our own fault. */
export function postgresFault(thrown: unknown): unknown {
  const message = thrown instanceof DatabaseError ? faultOf(thrown) : endingOf(thrown);
  return message === null ? thrown : unavailable(message, thrown);
}

/** What connecting threw: whatever it is, the store is at fault. */
export function connectFault(thrown: unknown): SluiceError {
  if (thrown instanceof SluiceError) return thrown;
  const message = thrown instanceof DatabaseError ? faultOf(thrown) : notConnected(messageOf(thrown));
  return unavailable(message ?? unreachable, thrown);
}

/** Is the connection that threw this of no use any more? */
export function hasEnded(thrown: unknown): boolean {
  if (!(thrown instanceof DatabaseError)) return endingOf(thrown) !== null;
  const { code = '' } = thrown;
  return code.startsWith('08') || endedStates.has(code);
}

function faultOf({ code = '' }: DatabaseError): string | null {
  return faults.get(code) ?? faults.get(code.slice(0, 2)) ?? null;
}

function endingOf(thrown: unknown): string | null {
  const message = messageOf(thrown);
  if (message === 'Query read timeout') return noAnswer;
  // What sockets throw names the call of the system that failed.
  const isOfSocket = typeof thrown === 'object' && thrown !== null && 'syscall' in thrown;
  return isOfSocket || endings.test(message) ? unreachable : null;
}

function notConnected(message: string): string {
  if (message === 'timeout exceeded when trying to connect') return noAnswer; // none was free in time
  return message.startsWith('SASL') ? notAllowed : unreachable;
}

function messageOf(thrown: unknown): string {
  return typeof thrown === 'object' && thrown !== null && 'message' in thrown ? String(thrown.message) : '';
}

function unavailable(message: string, cause: unknown): SluiceError {
  return new SluiceError('STORE_UNAVAILABLE', message, { cause });
}
