import type { Clock } from '../base/clock.ts';
import type { BreakerState } from '../model/subgraphCall.ts';

/** Something that happened to a gateway, besides what its registry tells. */
export interface GatewayEvent {
  readonly atMs: number;
  readonly kind: 'breaker' | 'instance' | 'settings';
  /** The breaker's or instance's subgraph. */
  readonly subgraph: string | null;
  readonly text: string;
}

/** The last things that happened to this one, in memory. */
export interface GatewayEvents {
  note(event: Omit<GatewayEvent, 'atMs'>): void;
  /** A breaker as somebody found it: a change is noted. */
  meet(subgraph: string, state: BreakerState): void;
  /** A breaker was closed by hand. */
  reset(subgraph: string, by: string): void;
  /** The newest first. */
  all(): readonly GatewayEvent[];
}

const maxEvents = 500;

export function createGatewayEvents({
  clock,
  tell,
}: {
  readonly clock: Pick<Clock, 'wallMs'>;
  /** Told of each. */
  readonly tell: (event: GatewayEvent) => void;
}): GatewayEvents {
  const events: GatewayEvent[] = [];
  const breakers = new Map<string, BreakerState>();

  function note(noted: Omit<GatewayEvent, 'atMs'>): void {
    const event = { atMs: clock.wallMs(), ...noted };
    events.unshift(event);
    if (events.length > maxEvents) events.pop();
    tell(event);
  }

  return {
    note,
    meet(subgraph, state) {
      const before = breakers.get(subgraph) ?? 'closed';
      if (before === state) return;
      breakers.set(subgraph, state);
      note({ kind: 'breaker', subgraph, text: breakerTexts[state] });
    },
    reset(subgraph, by) {
      breakers.set(subgraph, 'closed');
      note({ kind: 'breaker', subgraph, text: `${by} reset the breaker: closed` });
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
