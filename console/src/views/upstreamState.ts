import type { Tone } from '../design/parts.tsx';

export interface Instance {
  readonly name: string;
  readonly zone: string | null;
  readonly weight: number;
  readonly health: 'HEALTHY' | 'EJECTED' | 'UNHEALTHY';
  readonly inFlight: number;
  readonly latencyMs: number;
  readonly tries: number;
  readonly failures: number;
}

export interface Upstream {
  readonly subgraph: string;
  readonly breaker: 'CLOSED' | 'OPEN' | 'HALF_OPEN' | 'RAMP';
  readonly openings: number;
  readonly inFlight: number;
  readonly queued: number;
  readonly refusedOpen: number;
  readonly refusedOverloaded: number;
  readonly retries: number;
  readonly instances: readonly Instance[];
}

export const upstreamFields = `subgraph breaker openings inFlight queued refusedOpen refusedOverloaded retries
  instances { name zone weight health inFlight latencyMs tries failures }`;

export const breakerTones: Readonly<Record<Upstream['breaker'], Tone>> = {
  CLOSED: 'good',
  OPEN: 'bad',
  HALF_OPEN: 'warn',
  RAMP: 'warn',
};
export const breakerWords: Readonly<Record<Upstream['breaker'], string>> = {
  CLOSED: 'closed',
  OPEN: 'open',
  HALF_OPEN: 'trying again',
  RAMP: 'letting more in',
};
