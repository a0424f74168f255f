import { Resolver } from 'node:dns/promises';
import { z } from 'zod';
import type { Clock, Timer } from '../base/clock.ts';
import { durationBetween } from '../base/quantity.ts';
import type { InstanceAddress } from '../model/instanceAddress.ts';
import type { Log } from '../model/log.ts';

export const dnsOptions = z.strictObject({
  name: z
    .string()
    .regex(/^[A-Za-z0-9_.-]{1,253}$/)
    .describe('The name to look up, such as that of a headless service of Kubernetes.'),
  type: z
    .enum(['A', 'AAAA', 'SRV'])
    .default('A')
    .describe(
      'A and AAAA give addresses; SRV gives names with their port and weight, those of the best priority.',
    ),
  url: z
    .string()
    .regex(/^https?:\/\/HOST(:PORT|:\d{1,5})?\/[\x21-\x7e]*$/)
    .describe('Where each instance is called: HOST stands for what was found, PORT for the port of SRV.'),
  maxTtl: durationBetween('1s', '1h')
    .prefault('30s')
    .describe(
      'Looked up again after the TTL that came with the answer, or this when it is longer; SRV every five seconds, for Node tells no TTL of it.',
    ),
});

export type DnsOptions = z.output<typeof dnsOptions>;

/** Instances, and for how long that is known. */
interface Found {
  readonly instances: readonly InstanceAddress[];
  readonly ttlMs: number;
}

interface LookupParts {
  readonly clock: Clock;
  readonly log: Log;
  /** `IP:PORT` of name servers; those of the system unless given. */
  readonly servers?: readonly string[];
  onFound(subgraph: string, instances: readonly InstanceAddress[]): void;
}

const failedAgainMs = 5000;
const leastTtlMs = 1000;

/** Looks up the instances of subgraphs by name, again when the answer has grown old. While no answer comes the last one holds. */
export class NameLookup {
  readonly #parts: LookupParts;
  readonly #resolver = new Resolver({ timeout: 2000, tries: 2 });
  readonly #timers = new Map<string, Timer>();
  /** Counts settings: answers for former ones are dropped. */
  #round = 0;

  constructor(names: ReadonlyMap<string, DnsOptions>, parts: LookupParts) {
    this.#parts = parts;
    if (parts.servers) this.#resolver.setServers(parts.servers);
    this.reconfigure(names);
  }

  reconfigure(names: ReadonlyMap<string, DnsOptions>): void {
    this.close();
    for (const [subgraph, options] of names) void this.#look(subgraph, options, this.#round);
  }

  close(): void {
    this.#round += 1;
    for (const timer of this.#timers.values()) timer.cancel();
    this.#timers.clear();
    this.#resolver.cancel();
  }

  async #look(subgraph: string, options: DnsOptions, round: number): Promise<void> {
    const { clock, log, onFound } = this.#parts;
    let waitMs = failedAgainMs;
    try {
      const { instances, ttlMs } = await find(this.#resolver, options);
      if (round !== this.#round) return;
      waitMs = Math.max(leastTtlMs, Math.min(ttlMs, options.maxTtl));
      if (instances.length > 0) onFound(subgraph, instances);
    } catch (err) {
      if (round !== this.#round) return;
      log.warn({ subgraph, name: options.name, err }, 'a name cannot be looked up; what it stood for holds');
    }
    const again = (): void => void this.#look(subgraph, options, round);
    this.#timers.set(subgraph, clock.after(waitMs, again));
  }
}

async function find(resolver: Resolver, { name, type, url }: DnsOptions): Promise<Found> {
  const at = (found: string, port: number | null, weight: number): InstanceAddress => {
    const text = found.includes(':') ? `[${found}]` : found;
    return { url: url.replace('HOST', text).replace('PORT', String(port ?? '')), weight, zone: null };
  };
  if (type === 'SRV') {
    // Node's resolver tells no TTL of SRV records, so they are looked up as often as they are after a failure.
    const records = await resolver.resolveSrv(name);
    const best = Math.min(...records.map(({ priority }) => priority));
    const used = records.filter(({ priority }) => priority === best);
    return {
      instances: used.map((record) => at(record.name, record.port, Math.max(record.weight, 1))),
      ttlMs: failedAgainMs,
    };
  }
  const records =
    type === 'A'
      ? await resolver.resolve4(name, { ttl: true })
      : await resolver.resolve6(name, { ttl: true });
  return {
    instances: records.map(({ address }) => at(address, null, 1)),
    ttlMs: Math.min(...records.map(({ ttl }) => ttl)) * 1000,
  };
}
