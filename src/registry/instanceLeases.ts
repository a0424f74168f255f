import type { Clock } from '../base/clock.ts';
import { SluiceError } from '../base/errors.ts';
import { urlFault } from '../base/forbiddenAddress.ts';
import type { InstanceAddress } from '../model/instanceAddress.ts';
import type { AskedLease, InstanceLease, InstanceLeases } from '../model/instanceLeases.ts';
import type { Log } from '../model/log.ts';
import { type Storage, tablesOf } from '../storage/storage.ts';
import { lengthenLease } from './lengthenLease.ts';
import { poll } from './poll.ts';
import { badInput } from './refuseFaultyInputs.ts';
import { type RegistryTables, registryMigrations } from './registryTables.ts';
import { type LeaseRow, writeLease } from './writeLease.ts';

export interface LeasesParts {
  /** Opened with `registryMigrations`. */
  readonly storage: Pick<Storage, 'database' | 'change'>;
  readonly intervalMs: number;
  readonly clock: Clock;
  readonly log: Log;
  /** Told what is in force, at first and after each change. */
  onChange(instances: ReadonlyMap<string, readonly InstanceAddress[]>): void;
}

export interface LeasesPart extends InstanceLeases {
  close(): Promise<void>;
}

const ttl = { leastMs: 1000, mostMs: 3_600_000 };

/**
 * Leases of instances. What is in force is read from the store again and again, so that what other gateways took down counts here, too,
 * and what has expired is out within that time. While the store cannot be read nobody can renew, so everybody stays.
 */
export function createInstanceLeases(parts: LeasesParts): LeasesPart {
  const { clock, log } = parts;
  const { database, change } = tablesOf<RegistryTables>(parts.storage, registryMigrations);
  let told = '[]';
  let isFailing = false;

  const inForce = () =>
    database.selectFrom('registry_instances').selectAll().where('expires_at_ms', '>', clock.wallMs());

  async function look(): Promise<void> {
    try {
      const rows = await inForce().orderBy('subgraph').orderBy('url').execute();
      const instances = rows.map(({ subgraph, url, weight, zone }) => ({ subgraph, url, weight, zone }));
      isFailing = false;
      const seen = JSON.stringify(instances);
      if (seen === told) return;
      told = seen;
      parts.onChange(Map.groupBy(instances, ({ subgraph }) => subgraph));
    } catch (err) {
      if (!isFailing) log.warn({ err }, 'the leases of instances cannot be read; those known stay');
      isFailing = true;
    }
  }

  const first = look();
  const polling = poll(look, { clock, intervalMs: parts.intervalMs });

  return {
    async register(asked) {
      refuseFaulty(asked);
      const nowMs = clock.wallMs();
      const { subgraph, url, weight, zone, ttlMs, author } = asked;
      const row = {
        subgraph,
        url,
        weight,
        zone,
        author,
        ttl_ms: ttlMs,
        registered_at_ms: nowMs,
        expires_at_ms: nowMs + ttlMs,
      };
      await change((transaction) => writeLease(transaction, row, nowMs));
      await look();
      return leaseOf(row);
    },
    async renew({ subgraph, url, ttlMs }) {
      if (ttlMs !== null) refuseFaultyTtl(ttlMs);
      const terms = { subgraph, url, ttlMs, nowMs: clock.wallMs() };
      const renewed = await change((transaction) => lengthenLease(transaction, terms));
      if (!renewed)
        throw new SluiceError('NOT_FOUND', `This instance of ${subgraph} has no lease: register it anew.`);
      return leaseOf(renewed);
    },
    async remove({ subgraph, url }) {
      const { numDeletedRows } = await database
        .deleteFrom('registry_instances')
        .where('subgraph', '=', subgraph)
        .where('url', '=', url)
        .executeTakeFirst();
      await look();
      return numDeletedRows > 0n;
    },
    async list(subgraph) {
      const asked = subgraph === null ? inForce() : inForce().where('subgraph', '=', subgraph);
      return (await asked.orderBy('subgraph').orderBy('url').execute()).map(leaseOf);
    },
    async close() {
      await first;
      await polling.stop();
    },
  };
}

function leaseOf(row: LeaseRow): InstanceLease {
  const { subgraph, url, weight, zone, author } = row;
  const [registeredAtMs, expiresAtMs] = [Number(row.registered_at_ms), Number(row.expires_at_ms)];
  return { subgraph, url, weight, zone, author, registeredAtMs, expiresAtMs };
}

function refuseFaulty({ subgraph, url, weight, zone, ttlMs }: AskedLease): void {
  if (!/^[A-Za-z][A-Za-z0-9_-]{0,63}$/.test(subgraph))
    throw badInput(
      'The name of the subgraph is not allowed: up to 64 letters, digits, _ and -, a letter first, is',
    );
  const fault = url.length > 2000 ? 'is longer than 2000 characters' : urlFault(url);
  if (fault !== null) throw badInput(`The url is not allowed: it ${fault}`);
  if (!(weight >= 0.001 && weight <= 1_000_000))
    throw badInput(`The weight ${weight} is not allowed: 0.001 to 1000000 is`);
  if (zone !== null && (zone === '' || zone.length > 200))
    throw badInput('The zone is not allowed: 1 to 200 characters are');
  refuseFaultyTtl(ttlMs);
}

function refuseFaultyTtl(ttlMs: number): void {
  if (Number.isSafeInteger(ttlMs) && ttlMs >= ttl.leastMs && ttlMs <= ttl.mostMs) return;
  throw badInput(
    `A lease of ${ttlMs / 1000} s is not allowed: ${ttl.leastMs / 1000} s to ${ttl.mostMs / 1000} s is`,
  );
}
