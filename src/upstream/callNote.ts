import type { BreakerState, CallCause, CallFact, SubgraphCall } from '../model/subgraphCall.ts';
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
  readonly definition: CallFact['definition'];

  constructor(call: Pick<SubgraphCall, 'subgraph' | 'translation' | 'asked'>, startedAtMs: number) {
    this.subgraph = call.subgraph;
    this.protocol = call.translation?.protocol ?? 'graphql';
    this.startedAtMs = startedAtMs;
    this.definition = call.asked?.definition;
  }
}
