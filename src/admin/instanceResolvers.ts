import { SluiceError } from '../base/errors.ts';
import type { InstanceLease, InstanceLeases } from '../model/instanceLeases.ts';
import type { SubgraphStats, UpstreamStats } from '../model/upstreamStats.ts';
import type { AdminCaller } from './adminCaller.ts';
import { authorOf } from './authorOf.ts';
import { isoTime } from './isoTime.ts';

export interface InstanceResolverParts {
  /** Null where there is no registry to keep them. */
  readonly leases: InstanceLeases | null;
  readonly upstreamStats: UpstreamStats;
}

interface Named {
  readonly subgraph: string;
  readonly url: string;
}

interface Asked extends Named {
  readonly weight: number;
  readonly zone?: string | null;
  readonly ttlSeconds: number;
  readonly author?: string | null;
}

/** The root fields about running copies of subgraphs. */
export function createInstanceResolvers({ leases, upstreamStats }: InstanceResolverParts) {
  return {
    async instances({ subgraph }: { subgraph?: string | null }) {
      return (await leasesOf(leases).list(subgraph ?? null)).map(shownLease);
    },

    upstream: () => upstreamStats.subgraphs().map(shownSubgraph),

    async registerInstance({ ttlSeconds, zone, author, ...asked }: Asked, caller: AdminCaller) {
      const ttlMs = Math.round(ttlSeconds * 1000);
      const by = { zone: zone ?? null, ttlMs, author: authorOf(author, caller) };
      return shownLease(await leasesOf(leases).register({ ...asked, ...by }));
    },

    async renewInstance({ subgraph, url, ttlSeconds }: Named & { ttlSeconds?: number | null }) {
      const ttlMs = typeof ttlSeconds === 'number' ? Math.round(ttlSeconds * 1000) : null;
      return shownLease(await leasesOf(leases).renew({ subgraph, url, ttlMs }));
    },

    removeInstance: async (named: Named) => ({ removed: await leasesOf(leases).remove(named) }),
  };
}

function leasesOf(leases: InstanceLeases | null): InstanceLeases {
  if (leases) return leases;
  throw new SluiceError(
    'NOT_FOUND',
    'This gateway serves a supergraph as it was given (--supergraph) and has no registry that keeps instances: list them in supergraph.yaml.',
  );
}

function shownLease({ registeredAtMs, expiresAtMs, ...lease }: InstanceLease) {
  return { ...lease, registeredAt: isoTime(registeredAtMs), expiresAt: isoTime(expiresAtMs) };
}

const breakerNames = { closed: 'CLOSED', open: 'OPEN', halfOpen: 'HALF_OPEN', ramp: 'RAMP' } as const;

function shownSubgraph({ breaker, refused, instances, ...stats }: SubgraphStats) {
  return {
    ...stats,
    breaker: breakerNames[breaker],
    refusedOpen: refused.open,
    refusedOverloaded: refused.overloaded,
    instances: instances.map(({ health, ...instance }) => ({ ...instance, health: health.toUpperCase() })),
  };
}
