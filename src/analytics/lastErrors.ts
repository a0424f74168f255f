import type { CallerNames } from './callerNames.ts';

/** A request that ended with errors, as an example: nothing of what was asked or answered is in it. */
export interface RecordedError extends Pick<CallerNames, 'client' | 'version' | 'consumer'> {
  readonly operation: string;
  readonly atMs: number;
  readonly requestId: string;
  readonly status: number;
  readonly codes: readonly string[];
  /** The subgraphs whose calls failed or gave errors. */
  readonly subgraphs: readonly string[];
}

/** Some examples of each operation's errors, until they are written. */
export interface LastErrors {
  /** Whether another of this operation is wanted. */
  wants(operation: string): boolean;
  add(error: RecordedError): void;
  take(max: number): RecordedError[];
  giveBack(errors: readonly RecordedError[]): void;
}

const maxPerOperation = 3;
const maxWaiting = 500;

export function createLastErrors(): LastErrors {
  let waiting: RecordedError[] = [];
  let counts = new Map<string, number>();

  return {
    wants: (operation) => waiting.length < maxWaiting && (counts.get(operation) ?? 0) < maxPerOperation,
    add(error) {
      waiting.push(error);
      counts.set(error.operation, (counts.get(error.operation) ?? 0) + 1);
    },
    take(max) {
      const taken = waiting.slice(0, max);
      waiting = waiting.slice(max);
      counts = new Map();
      return taken;
    },
    giveBack(errors) {
      waiting = [...errors, ...waiting].slice(0, maxWaiting);
    },
  };
}
