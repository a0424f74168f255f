import type { BreakerState } from './subgraphCall.ts';
import type { Protocol } from './translation.ts';

/** How the way to the subgraphs stands now; for metrics, the admin and whoever asks why. Counts are since the start. */
export interface UpstreamStats {
  subgraphs(): readonly SubgraphStats[];
}

export interface SubgraphStats {
  readonly subgraph: string;
  readonly protocol: Protocol;
  readonly breaker: BreakerState;
  /** How often the breaker went from closed to open. */
  readonly openings: number;
  /** Calls on their way, and those that wait for their turn. */
  readonly inFlight: number;
  readonly queued: number;
  /** How many calls may be on their way now. */
  readonly limit: number;
  /** Calls that were not made. */
  readonly refused: { readonly open: number; readonly overloaded: number };
  readonly retries: number;
  readonly connections: ConnectionCounts;
  readonly instances: readonly InstanceStats[];
}

/** How busy the connections to all instances of a subgraph are. */
export interface ConnectionCounts {
  readonly busy: number;
  readonly free: number;
  /** Calls that wait for one. */
  readonly waiting: number;
}

export interface InstanceStats {
  /** Host and port. */
  readonly name: string;
  readonly zone: string | null;
  readonly weight: number;
  /** `ejected`: its calls failed; `unhealthy`: it says so, or does not answer when it is asked how it is. */
  readonly health: 'healthy' | 'ejected' | 'unhealthy';
  readonly inFlight: number;
  /** Of late, with the latest counting most; 0 before the first answer. */
  readonly latencyMs: number;
  readonly tries: number;
  readonly failures: number;
}
