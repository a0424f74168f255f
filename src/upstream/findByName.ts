import type { Clock } from '../base/clock.ts';
import type { InstanceAddress } from '../model/instanceAddress.ts';
import type { Log } from '../model/log.ts';
import { type DnsOptions, NameLookup } from './nameLookup.ts';
import type { Routes } from './routes.ts';
import type { UpstreamOptions } from './upstreamOptions.ts';

interface FindParts {
  readonly clock: Clock;
  readonly log: Log;
  readonly routes: Pick<Routes, 'setInstances'>;
}

/** Who finds instances by name; what was found is the routes'. */
export function findByName(
  options: UpstreamOptions,
  { clock, log, routes }: FindParts,
): { reconfigure(options: UpstreamOptions): void; close(): void } {
  const found = new Map<string, readonly InstanceAddress[]>();
  const { dnsServers: servers } = options;
  const lookup = new NameLookup(namesIn(options), {
    clock,
    log,
    ...(servers && { servers }),
    onFound(subgraph, instances) {
      found.set(subgraph, instances);
      routes.setInstances('resolved', found);
    },
  });
  return {
    reconfigure(next) {
      const names = namesIn(next);
      for (const subgraph of [...found.keys()]) if (!names.has(subgraph)) found.delete(subgraph);
      routes.setInstances('resolved', found);
      lookup.reconfigure(names);
    },
    close: () => lookup.close(),
  };
}

function namesIn({ subgraphs }: UpstreamOptions): ReadonlyMap<string, DnsOptions> {
  return new Map(Object.entries(subgraphs).flatMap(([name, { dns }]) => (dns ? [[name, dns] as const] : [])));
}
