import type { Clock } from '../base/clock.ts';
import type { BreakerState } from '../model/subgraphCall.ts';

/** Something that happened to this gateway, besides what its registry tells. */
export interface GatewayEvent {
  readonly atMs: number;
  readonly kind: 'breaker' | 'settings';
  /** The breaker's subgraph. */
  readonly subgraph: string | null;
  readonly text: string;
}

/** The last things that happened, in memory. */
export interface GatewayEvents {
  note(event: Omit<GatewayEvent, 'atMs'>): void;
  /** A breaker as somebody found it: a change is noted. */
  meet(subgraph: string, state: BreakerState): void;
  /** The newest first. */
  all(): readonly GatewayEvent[];
}

const maxEvents = 500;

export function createGatewayEvents({ clock }: { readonly clock: Pick<Clock, 'wallMs'> }): GatewayEvents {
  const events: GatewayEvent[] = [];
  const breakers = new Map<string, BreakerState>();

  function note(event: Omit<GatewayEvent, 'atMs'>): void {
    events.unshift({ atMs: clock.wallMs(), ...event });
    if (events.length > maxEvents) events.pop();
  }

  return {
    note,
    meet(subgraph, state) {
      const before = breakers.get(subgraph) ?? 'closed';
      if (before === state) return;
      breakers.set(subgraph, state);
      note({ kind: 'breaker', subgraph, text: breakerTexts[state] });
    },
    all: () => events,
  };
}

const breakerTexts: Readonly<Record<BreakerState, string>> = {
  closed: 'the breaker closed',
  open: 'the breaker opened',
  halfOpen: 'the breaker lets one call through',
  ramp: 'the breaker lets more and more calls through',
};
