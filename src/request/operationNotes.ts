import type { DecisionNotes, ToldDecision } from '../model/decision.ts';
import type { CacheFact } from '../model/fetchCache.ts';
import type { CostNotes } from '../model/gatewayPlugin.ts';
import type { HeaderBack } from '../model/headerBack.ts';
import type { Operation } from '../model/operation.ts';
import type { OperationOutcome } from '../model/operationOutcome.ts';
import type { TraceStep } from '../model/requestTrace.ts';
import type { CallFact, CallNotes } from '../model/subgraphCall.ts';
import type { Refusal } from './refusal.ts';
import { tellCached } from './tellCached.ts';

/** Whom the request as a whole is told to. */
interface RequestNotes extends DecisionNotes {
  note(code: unknown): void;
  refused(refusal: Refusal): Refusal;
  addHeaderBack(header: HeaderBack): void;
}

/** Distinct codes kept of one operation: subgraphs choose theirs freely. */
const maxCodes = 20;

/**
 * What the steps learn of one thing asked. A class, for one is made for each request (docs/decisions/0009).
 */
export class OperationNotes implements OperationOutcome, CallNotes, CostNotes {
  operation: Operation | null = null;
  executed = false;
  result: OperationOutcome['result'] = null;
  joined = false;
  cacheHits: number | null = null;
  cacheMisses: number | null = null;
  cacheStale: number | null = null;
  cost: OperationOutcome['cost'] = unknownCost;
  trace: TraceStep | null = null;
  readonly codes: string[] = [];
  readonly calls: CallFact[] = [];
  readonly #request: RequestNotes;
  #tellLate: ((fact: CallFact) => void)[] | null = null;

  constructor(request: RequestNotes) {
    this.#request = request;
  }

  /** Notes an error code. */
  note(code: unknown): void {
    const text = typeof code === 'string' ? code : 'SUBGRAPH_ERROR';
    if (this.codes.length < maxCodes && !this.codes.includes(text)) this.codes.push(text);
    this.#request.note(code);
  }

  /** Notes a refusal and hands it on. */
  refused(refusal: Refusal): Refusal {
    if (!this.codes.includes(refusal.code)) this.codes.push(refusal.code);
    return this.#request.refused(refusal);
  }

  decided<Value>(part: string, value: Value, tell: (value: Value) => ToldDecision): void {
    this.#request.decided(part, value, tell);
  }

  noteCall(fact: CallFact): void {
    if (this.#tellLate) for (const tell of this.#tellLate) tell(fact);
    else this.calls.push(fact);
  }

  noteCached(facts: readonly CacheFact[] | undefined): void {
    if (!facts) return;
    let [allHits, allMisses, allStale] = [0, 0, 0];
    for (const { hits, misses, stale } of facts) {
      allHits += hits;
      allMisses += misses;
      allStale += stale;
    }
    this.cacheHits = allHits;
    this.cacheMisses = allMisses;
    this.cacheStale = allStale;
    this.decided('cache', facts, tellCached);
  }

  noteFallback(subgraph: string): void {
    const at = this.calls.findIndex(
      (fact) => fact.subgraph === subgraph && fact.code !== null && !fact.replaced,
    );
    // A call that brings what several fetches asked for stands there once.
    const fact = this.calls[at];
    if (fact) this.calls[at] = { ...fact, replaced: true };
  }

  noteEstimate(estimated: number): void {
    this.cost = { estimated, measured: this.cost.measured };
  }

  noteMeasured(measured: number): void {
    this.cost = { estimated: this.cost.estimated, measured };
  }

  noteHeaders(headers: readonly HeaderBack[]): void {
    for (const header of headers) this.#request.addHeaderBack(header);
  }

  noteJoinedRun(): void {
    this.joined = true;
  }

  onLateCall(listener: (fact: CallFact) => void): void {
    this.#tellLate ??= [];
    this.#tellLate.push(listener);
  }
}

const unknownCost: OperationOutcome['cost'] = { estimated: null, measured: null };
