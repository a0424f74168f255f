import type { CallFault, ResultSource, SubgraphResult } from '../model/subgraphCall.ts';

/** A subgraph's answer to one call, whatever protocol it came by. */
export interface Answer {
  /** Of the response over HTTP, or what stands for it. */
  readonly status: number;
  /** In bytes, as it came. */
  readonly size: number;
  /** Header fields of the response; of several responses what they have in common. */
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** How long the subgraph asks to be left alone; 0 when it does not. */
  readonly retryAfterMs: number;
  /** What is wrong with the subgraph, although it answered. */
  readonly fault: CallFault | null;
  /** May another try of a query help? */
  readonly isRetryable: boolean;
  /** The result; one of its own for each who shares the call: everybody changes what they get. */
  take(): SubgraphResult;
  /** For who reads it later; null where it would take too much to hold. */
  readonly source: ResultSource | null;
}
