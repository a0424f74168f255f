import type { Clock } from '../../base/clock.ts';
import type { SubgraphCall } from '../../model/subgraphCall.ts';
import type { Answer } from '../answer.ts';
import type { Target } from '../openTarget.ts';

/** One way of speaking to subgraphs. All that is decided around a try (turns, breakers, retries, instances) knows nothing of it. */
export interface Transport {
  /** One try. Rejects with a CallFailure when the subgraph did not answer, or nothing that can be read. */
  send(sending: Sending): Promise<Answer>;
  /** Whether somebody who is well answers there; rejects when nobody does. */
  isWell(checking: Checking): Promise<boolean>;
}

/** A try that is to be made. */
export interface Sending {
  readonly call: SubgraphCall;
  /** The connections to the instance that was chosen. */
  readonly target: Target;
  /** What rules send along, the request id, the deadline and the credential. */
  readonly headers: Readonly<Record<string, string | string[]>>;
  /** For the whole of it. */
  readonly timeoutMs: number;
  /** Whether being late says nothing about the subgraph. */
  readonly isCut: boolean;
  /** Aborted when nobody waits any more. */
  readonly signal: AbortSignal;
  readonly limits: AnswerLimits;
  readonly clock: Clock;
  /** Told as soon as they have come, whatever they turn out to be. */
  noteBytes(bytes: number): void;
}

export interface AnswerLimits {
  readonly maxBytes: number;
  readonly maxValues: number;
  /** Names in an error's extensions that are kept besides `code`. */
  readonly extensions: readonly string[];
}

export interface Checking {
  readonly target: Target;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  readonly clock: Clock;
}
