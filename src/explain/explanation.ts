/** Why a request was kept to be explained. */
export type WhyKept = 'error' | 'slow' | 'gone' | 'sample';

/** Everything that was decided for one request. */
export interface Explanation extends ExplainedRequest {
  /** In the order of time. */
  readonly decisions: readonly ExplainedDecision[];
}

/** What a request was, and how it ended. */
export interface ExplainedRequest {
  readonly requestId: string;
  /** When it arrived; wall milliseconds. */
  readonly atMs: number;
  readonly ms: number;
  readonly why: WhyKept;
  readonly status: number;
  /** Names of its operations; several in a batch. */
  readonly operations: readonly string[];
  readonly client: string | null;
  readonly version: string | null;
  readonly consumer: string | null;
  readonly codes: readonly string[];
  /** The version of the supergraph, or its hash. */
  readonly supergraph: string | null;
}

export interface ExplainedDecision {
  /** Since the request arrived. */
  readonly ms: number;
  readonly part: string;
  readonly text: string;
  readonly facts: Readonly<Record<string, unknown>>;
}
