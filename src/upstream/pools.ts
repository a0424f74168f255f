import { lookup as resolve } from 'node:dns';
import type { LookupFunction } from 'node:net';
import { Pool } from 'undici';
import { isForbiddenAddress } from '../base/forbiddenAddress.ts';

interface PoolOptions {
  readonly connectTimeoutMs: number;
  readonly connections: number;
}

export interface Pools {
  /** The pool of one subgraph at one origin; made when it is first asked for. */
  poolFor(subgraph: string, url: URL, options: PoolOptions): Pool;
  keepOnly(urls: readonly string[]): void;
  close(): Promise<void>;
}

/** Below what subgraph servers commonly wait (Node: 5 s), so that no call goes out on a connection that is just being closed. */
const keepAliveMs = 4_000;

/** One pool per subgraph and origin, so that a slow subgraph takes none of the others' connections. */
export function createPools(): Pools {
  const pools = new Map<string, { origin: string; made: string; pool: Pool }>();
  return {
    poolFor(subgraph, url, options) {
      const name = `${subgraph} ${url.origin}`;
      const made = `${options.connections} ${options.connectTimeoutMs}`;
      const known = pools.get(name);
      if (known && known.made === made) return known.pool;
      if (known) void known.pool.close();
      const pool = new Pool(url.origin, {
        connections: options.connections,
        pipelining: 1,
        keepAliveTimeout: keepAliveMs,
        keepAliveMaxTimeout: keepAliveMs,
        // Our own timer bounds the whole call.
        headersTimeout: 0,
        bodyTimeout: 0,
        connect: { timeout: options.connectTimeoutMs, lookup: guardedLookup },
      });
      pools.set(name, { origin: url.origin, made, pool });
      return pool;
    },
    keepOnly(urls) {
      const origins = new Set(urls.filter((url) => URL.canParse(url)).map((url) => new URL(url).origin));
      for (const [name, { origin, pool }] of pools) {
        if (origins.has(origin)) continue;
        pools.delete(name);
        void pool.close(); // Waits for the calls of generations that are still in use.
      }
    },
    async close() {
      const open = [...pools.values()];
      pools.clear();
      await Promise.all(open.map(({ pool }) => pool.destroy()));
    },
  };
}

/** Looks at the address a name really has when the connection is made: a name may change what it stands for after a publish. */
const guardedLookup: LookupFunction = (hostname, options, done) => {
  resolve(hostname, { ...options, all: true }, (failure, addresses) => {
    if (failure) return done(failure, '', 0);
    const bad = addresses.find(({ address }) => isForbiddenAddress(address));
    if (bad) return done(new Error(`${hostname} resolves to a link-local or metadata address`), '', 0);
    if (options.all) return done(null, addresses as never);
    const [first] = addresses;
    if (!first) return done(new Error(`${hostname} has no address`), '', 0);
    done(null, first.address, first.family);
  });
};
