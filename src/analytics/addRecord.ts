import type { OperationOutcome } from '../model/operationOutcome.ts';
import type { Outcome } from '../model/outcome.ts';
import type { CallFact } from '../model/subgraphCall.ts';
import { type Ending, endingOf } from './endingOf.ts';
import { at } from './measures.ts';
import { retriesOf } from './retriesOf.ts';

/** Which of a request's operations it is: they share what the request took, and the first has what cannot be divided. */
export interface Share {
  readonly index: number;
  readonly of: number;
}

/** Adds the usage record of one operation to sums; tells how it ended. */
export function addRecord(
  sums: number[],
  { outcome, asked }: { readonly outcome: Outcome; readonly asked: OperationOutcome | null },
  { index, of }: Share,
): Ending {
  const { response, stepMs } = outcome;
  const { finished, bytes } = response;
  const codes = asked?.codes ?? outcome.codes;
  const ending = endingOf({ finished, executed: asked?.executed ?? false, codes });
  const each = Math.floor(bytes / of);
  add(sums, at.calls, 1);
  if (ending !== 'ok' && ending !== 'gone') add(sums, at.errors, 1);
  if (ending === 'refused') add(sums, at.refused, 1);
  if (ending === 'failed') add(sums, at.failed, 1);
  if (ending === 'gone') add(sums, at.gone, 1);
  add(sums, at.ms, outcome.totalMs);
  add(sums, at.admitMs, stepMs.admit / of);
  add(sums, at.identifyMs, stepMs.identify / of);
  add(sums, at.prepareMs, stepMs.prepare / of);
  add(sums, at.answerMs, stepMs.answer / of);
  add(sums, at.bytes, index === 0 ? bytes - each * (of - 1) : each);
  if (!asked) return ending;
  for (const fact of asked.calls) addCall(sums, fact);
  if (asked.joined) add(sums, at.joined, 1);
  add(sums, at.cacheHits, asked.cacheHits ?? 0);
  add(sums, at.cacheMisses, asked.cacheMisses ?? 0);
  add(sums, at.cacheStale, asked.cacheStale ?? 0);
  add(sums, at.costEstimated, asked.cost.estimated ?? 0);
  add(sums, at.costMeasured, asked.cost.measured ?? 0);
  return ending;
}

/** Adds a call to the sums of the operation it was for. */
export function addCall(sums: number[], fact: CallFact): void {
  if (!fact.joined) {
    add(sums, at.subgraphCalls, 1);
    add(sums, at.retries, retriesOf(fact));
  }
  if (fact.replaced) add(sums, at.replaced, 1);
}

function add(sums: number[], index: number, amount: number): void {
  sums[index] = (sums[index] ?? 0) + amount;
}
