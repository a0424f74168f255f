import type { Arrival } from '../model/arrival.ts';
import type { Operation } from '../model/operation.ts';
import type { Outcome, StepMs } from '../model/outcome.ts';
import type { Session } from '../model/session.ts';
import type { Pin } from './generations.ts';
import type { Refusal } from './refusal.ts';

/** What the last step writes down: every step adds the facts it learns. One a request. */
export interface Ledger {
  readonly arrival: Arrival;
  session: Session | null;
  pin: Pin | null;
  readonly operations: Operation[];
  readonly stepMs: StepMs;
  /** What waits until the client has its answer. */
  readonly afterwards: (() => void)[];
  /** Notes an error code. */
  note(code: unknown): void;
  /** Notes a refusal and hands it on. */
  refused(refusal: Refusal): Refusal;
  facts(): Omit<Outcome, 'response' | 'totalMs'>;
}

/** Distinct codes kept of one request: subgraphs choose theirs freely. */
const maxCodes = 20;

export function openLedger(arrival: Arrival): Ledger {
  const codes = new Set<string>();
  let reason: unknown = null;
  const ledger: Ledger = {
    arrival,
    session: null,
    pin: null,
    operations: [],
    stepMs: { admit: 0, identify: 0, prepare: 0, answer: 0 },
    afterwards: [],
    note(code) {
      if (codes.size < maxCodes) codes.add(typeof code === 'string' ? code : 'SUBGRAPH_ERROR');
    },
    refused(refusal) {
      codes.add(refusal.code);
      reason ??= refusal.reason;
      return refusal;
    },
    facts: () => ({
      arrival,
      session: ledger.session,
      operations: ledger.operations,
      supergraph: ledger.pin?.generation.supergraph ?? null,
      codes: [...codes],
      reason,
      stepMs: ledger.stepMs,
    }),
  };
  return ledger;
}
