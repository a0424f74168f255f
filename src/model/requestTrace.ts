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
  beginTry(which: TraceTryStart): TraceTry;
  end(how: CallEnding): void;
}

/** How a call went, as its fact says it (subgraphCall.ts). */
export interface CallEnding extends TraceWay {
  readonly bytes: number;
  readonly code: string | null;
  readonly joined: boolean;
  readonly tries: number;
  readonly cause: string | null;
}

/** Where a call or a try went, and how the subgraph's breaker stood. */
interface TraceWay {
  readonly instance: string | null;
  readonly breaker: string | null;
}

export interface TraceTryStart extends TraceWay {
  /** The first is 1. */
  readonly number: number;
}

/** One try of a call. */
export interface TraceTry {
  /** Header fields by which the subgraph goes on with the trace. */
  readonly headers: Readonly<Record<string, string>>;
  /** Status and code are null where there was none. */
  end(how: { readonly status: number | null; readonly code: string | null }): void;
}

/** The trace of one request; there is none where nobody collects traces. */
export interface RequestTrace {
  /** 32 hexadecimal digits. */
  readonly traceId: string;
  /** Whether the collector gets it. */
  readonly isSampled: boolean;
  begin(name: 'admit' | 'identify' | 'prepare' | 'answer'): TraceStep;
}
