/** What the head of a response says of how it went. */
export interface AnswerHead {
  readonly status: number;
  /** How long the subgraph asks to be left alone; 0 when it does not. */
  readonly retryAfterMs: number;
}

/** Longer than this nobody is kept waiting for another try. */
const shortRetryAfterMs = 1000;

/** What a proxy says whose subgraph is not there. */
export function isGone(status: number): boolean {
  return status >= 502 && status <= 504;
}

/** Whether a query may be answered by another try: the subgraph is away, or says to come back in a moment. */
export function mayHelpAgain({ status, retryAfterMs }: AnswerHead): boolean {
  if (retryAfterMs > shortRetryAfterMs) return false;
  return isGone(status) || (status === 429 && retryAfterMs > 0);
}
