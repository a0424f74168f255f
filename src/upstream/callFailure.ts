import { type ErrorCode, SluiceError, type SluiceErrorOptions } from '../base/errors.ts';
import type { CallCause } from '../model/subgraphCall.ts';

export interface CallFailureFacts extends SluiceErrorOptions {
  /** What the subgraph is to blame for, or why it was not asked; null for what says nothing about its health. */
  readonly fault: CallCause | null;
  /** May another try of a query help? */
  readonly isRetryable?: boolean;
  /** Not a byte of the request was sent: even a mutation may be tried again. */
  readonly isUnsent?: boolean;
  /** How long the subgraph asked to be left alone; 0 when it did not. */
  readonly retryAfterMs?: number;
}

/** How a try or a call failed: the field error, and what those need to know who decide what to do next. */
export class CallFailure extends SluiceError {
  readonly fault: CallCause | null;
  readonly isRetryable: boolean;
  readonly isUnsent: boolean;
  readonly retryAfterMs: number;

  constructor(code: ErrorCode, message: string, facts: CallFailureFacts) {
    super(code, message, facts);
    this.fault = facts.fault;
    this.isRetryable = facts.isRetryable ?? false;
    this.isUnsent = facts.isUnsent ?? false;
    this.retryAfterMs = facts.retryAfterMs ?? 0;
  }
}
