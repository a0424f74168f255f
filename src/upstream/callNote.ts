import type { BreakerState, CallCause, CallFact } from '../model/subgraphCall.ts';
import type { Protocol } from '../model/translation.ts';

/** A fact in the making: one a call, written to while the call is on its way. */
export class CallNote implements CallFact {
  readonly subgraph: string;
  readonly protocol: Protocol;
  readonly startedAtMs: number;
  ms = 0;
  bytes = 0;
  code: string | null = null;
  joined = false;
  instance: string | null = null;
  tries = 0;
  breaker: BreakerState | null = null;
  cause: CallCause | null = null;
  replaced = false;

  constructor(subgraph: string, protocol: Protocol, startedAtMs: number) {
    this.subgraph = subgraph;
    this.protocol = protocol;
    this.startedAtMs = startedAtMs;
  }
}
