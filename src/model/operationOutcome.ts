import type { Operation } from './operation.ts';
import type { CallFact } from './subgraphCall.ts';

/** What became of one thing asked: of a request's only one, or of an item of a batch. */
export interface OperationOutcome {
  /** Null when it was refused before it was known which operation is meant. */
  readonly operation: Operation | null;
  /** Whether it came to be answered; false when it was refused before. */
  readonly executed: boolean;
  /**
   * What came of it: `data`, some of what was asked; `nothing`, but errors; `unknown`, its client left before that could be told. Null when
   * it was never begun.
   */
  readonly result: 'data' | 'nothing' | 'unknown' | null;
  /** Codes of its errors, each once. */
  readonly codes: readonly string[];
  /** The calls to subgraphs that were made for it, or that it shared. */
  readonly calls: readonly CallFact[];
  /** Whether somebody else's run answered it, with calls that were made for them. */
  readonly joined: boolean;
  /** Entities, and fetches from the root, that were answered from the cache, those that were not, and those after their time; null where nothing is kept. */
  readonly cacheHits: number | null;
  readonly cacheMisses: number | null;
  readonly cacheStale: number | null;
  /** In units of `@cost`: what it was thought to cost, and what it did by its result; null where that is not counted, or not known. */
  readonly cost: { readonly estimated: number | null; readonly measured: number | null };
  /** Tells of calls that end after the request has been recorded: its client has gone, and others wait for the answer. */
  onLateCall(listener: (fact: CallFact) => void): void;
}
