import type { Clock } from '../base/clock.ts';
import type { Arrival } from '../model/arrival.ts';
import type { Decision } from '../model/decision.ts';
import type { Passage, Rule } from '../model/gatewayPlugin.ts';
import type { HeaderBack } from '../model/headerBack.ts';
import type { Operation } from '../model/operation.ts';
import type { Outcome, StepMs } from '../model/outcome.ts';
import type { RequestTrace } from '../model/requestTrace.ts';
import type { Session } from '../model/session.ts';
import type { Pin } from './generations.ts';
import { HeadersBack } from './headersBack.ts';
import { NotedDecision } from './notedDecision.ts';
import type { OperationEnding } from './operationEnding.ts';
import { OperationNotes } from './operationNotes.ts';
import type { Refusal } from './refusal.ts';
import { type NameRule, refuseBy } from './refuseBy.ts';
import { tellRefusal } from './tellRefusal.ts';

/** What the last step writes down: every step adds the facts it learns. One a request; plugins see it as a passage. */
export interface Ledger extends Passage {
  /** Header fields of the answer, whatever it will be. */
  headers(): Readonly<Record<string, string | string[]>>;
  /** A header of a subgraph's answer, for the client. */
  addHeaderBack(header: HeaderBack): void;
  session: Session | null;
  pin: Pin | null;
  /** Null where nobody collects traces. */
  trace: RequestTrace | null;
  readonly operations: Operation[];
  /** Opens the notes of one thing asked. */
  openOperation(): OperationNotes;
  readonly stepMs: StepMs;
  /** Those that are told how their operation ended, when the client has its answer and before that is written down. */
  readonly endings: OperationEnding[];
  /** What waits until the client has its answer. */
  readonly afterwards: (() => void)[];
  /** Notes an error code. */
  note(code: unknown): void;
  /** Notes a rule that only logs and would have refused. */
  noteWouldRefuse(setting: string): void;
  /** Notes a refusal and hands it on. */
  refused(refusal: Refusal): Refusal;
  facts(): Omit<Outcome, 'response' | 'totalMs'>;
}

/** Distinct codes kept of one request: subgraphs choose theirs freely. */
const maxCodes = 20;
/** Decisions kept of one request: plugins may note what they like, and a batch has many operations. */
const maxDecisions = 200;

export interface LedgerParts {
  readonly clock: Pick<Clock, 'monotonicMs'>;
  readonly nameRule?: NameRule | undefined;
}

export function openLedger(arrival: Arrival, { clock, nameRule = () => null }: LedgerParts): Ledger {
  const codes = new Set<string>();
  const [refusedBy, wouldRefuse] = [new Set<string>(), new Set<string>()];
  const asked: OperationNotes[] = [];
  const decisions: Decision[] = [];
  const headers = new Map<string, Map<string, { item: string; left: number }>>();
  let reason: unknown = null;
  let back: HeadersBack | null = null;
  const ledger: Ledger = {
    arrival,
    headers: () => ({
      ...back?.fields(codes.size > 0),
      ...Object.fromEntries(
        [...headers].map(([name, items]) => [name, [...items.values()].map(({ item }) => item).join(', ')]),
      ),
    }),
    addHeaderBack(header) {
      back ??= new HeadersBack();
      back.add(header);
    },
    session: null,
    pin: null,
    trace: null,
    operations: [],
    openOperation() {
      const notes = new OperationNotes(ledger);
      asked.push(notes);
      return notes;
    },
    stepMs: { admit: 0, identify: 0, prepare: 0, answer: 0 },
    endings: [],
    afterwards: [],
    decided(part, value, tell) {
      if (decisions.length < maxDecisions)
        decisions.push(new NotedDecision(part, clock.monotonicMs(), value, tell));
    },
    note(code) {
      if (codes.size < maxCodes) codes.add(typeof code === 'string' ? code : 'SUBGRAPH_ERROR');
    },
    noteWouldRefuse: (setting) => void wouldRefuse.add(setting),
    refuse: (rule: Rule, refusal) => refuseBy(rule, refusal, { nameRule, note: ledger.noteWouldRefuse }),
    addHeader(name, key, item, left = 0) {
      const items = headers.get(name) ?? new Map<string, { item: string; left: number }>();
      headers.set(name, items);
      if (left <= (items.get(key)?.left ?? left)) items.set(key, { item, left });
    },
    refused(refusal) {
      codes.add(refusal.code);
      if (refusal.rule !== null) refusedBy.add(refusal.rule);
      reason ??= refusal.reason;
      ledger.decided('refusal', refusal, tellRefusal);
      return refusal;
    },
    facts: () => ({
      arrival,
      session: ledger.session,
      operations: ledger.operations,
      asked,
      schema: ledger.pin?.generation.schema ?? null,
      supergraph: ledger.pin?.generation.supergraph ?? null,
      codes: [...codes],
      refusedBy: [...refusedBy],
      wouldRefuse: [...wouldRefuse],
      decisions,
      reason,
      stepMs: ledger.stepMs,
      trace: ledger.trace,
    }),
  };
  return ledger;
}
