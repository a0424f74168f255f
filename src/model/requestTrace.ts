import type { Protocol } from './translation.ts';

/** A stretch of what is done for a request, as its trace will show it. */
export interface TraceStep {
  /** A stretch within this one. */
  begin(name: 'plan'): TraceStep;
  beginCall(call: TracedCall): TraceCall;
  end(): void;
}

/** What is known of a call when it begins. */
export interface TracedCall {
  readonly subgraph: string;
  readonly kind: string;
  readonly translation?: { readonly protocol: Protocol } | undefined;
}

/** A call to a subgraph. */
export interface TraceCall {
  /** Header fields by which the subgraph goes on with the trace. */
  readonly headers: Readonly<Record<string, string>>;
  end(how: CallEnding): void;
}

/** How a call went, as its fact says it (subgraphCall.ts). */
export interface CallEnding {
  readonly bytes: number;
  readonly code: string | null;
  readonly joined: boolean;
}

/** The trace of one request; there is none where nobody collects traces. */
export interface RequestTrace {
  /** 32 hexadecimal digits. */
  readonly traceId: string;
  /** Whether the collector gets it. */
  readonly isSampled: boolean;
  begin(name: 'admit' | 'identify' | 'prepare' | 'answer'): TraceStep;
}
