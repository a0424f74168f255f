import { Pool } from 'undici';
import { SluiceError } from '../base/errors.ts';
import { urlFault } from '../base/forbiddenAddress.ts';
import { guardedLookup } from '../base/guardedLookup.ts';

interface PoolOptions {
  readonly connectTimeoutMs: number;
  readonly connections: number;
}

/** Where a call goes: the connections, and the path there. */
export interface Target {
  readonly pool: Pool;
  readonly path: string;
}

/** How busy the connections to a subgraph are. */
export interface ConnectionCounts {
  readonly subgraph: string;
  readonly busy: number;
  readonly free: number;
  /** Calls that wait for one. */
  readonly waiting: number;
}

export interface Pools {
  /** Made when it is first asked for. SUBGRAPH_UNREACHABLE for a URL that no subgraph may have. */
  targetFor(subgraph: string, url: string): Target;
  /** Closes what belongs to other URLs, after the calls in flight. */
  keepOnly(urls: readonly string[]): void;
  connections(): readonly ConnectionCounts[];
  reconfigure(options: PoolOptions): void;
  close(): Promise<void>;
}

/** Below what subgraph servers commonly wait (Node: 5 s), so that no call goes out on a connection that is just being closed. */
const keepAliveMs = 4_000;

/** One pool per subgraph and URL, so that a slow subgraph takes none of the others' connections. */
export function createPools(initial: PoolOptions): Pools {
  const targets = new Map<string, Target & { readonly subgraph: string; readonly url: string }>();
  let options = initial;

  function closeWhere(isClosed: (target: { readonly url: string }) => boolean): Promise<void>[] {
    const closed = [...targets].filter(([, target]) => isClosed(target));
    return closed.map(([name, { pool }]) => {
      targets.delete(name);
      return pool.close();
    });
  }

  return {
    targetFor(subgraph, url) {
      const name = `${subgraph} ${url}`;
      const known = targets.get(name);
      if (known) return known;
      const target = { subgraph, url, ...openTarget(subgraph, url, options) };
      targets.set(name, target);
      return target;
    },
    keepOnly(urls) {
      const kept = new Set(urls);
      void Promise.all(closeWhere(({ url }) => !kept.has(url)));
    },
    connections() {
      const counts = new Map<string, ConnectionCounts>();
      // A subgraph whose URL has changed has two pools for a while.
      for (const { subgraph, pool } of targets.values()) {
        const { connected, running, queued } = pool.stats;
        const { busy = 0, free = 0, waiting = 0 } = counts.get(subgraph) ?? {};
        counts.set(subgraph, {
          subgraph,
          busy: busy + running,
          free: free + Math.max(0, connected - running),
          waiting: waiting + queued,
        });
      }
      return [...counts.values()];
    },
    reconfigure(next) {
      const same =
        next.connections === options.connections && next.connectTimeoutMs === options.connectTimeoutMs;
      options = next;
      if (!same) void Promise.all(closeWhere(() => true));
    },
    async close() {
      const pools = [...targets.values()];
      targets.clear();
      await Promise.all(pools.map(({ pool }) => pool.destroy()));
    },
  };
}

function openTarget(subgraph: string, text: string, { connections, connectTimeoutMs }: PoolOptions): Target {
  // A supergraph served as it is was checked by nobody, and Node looks up names only, not addresses.
  const fault = urlFault(text);
  if (fault !== null) {
    throw new SluiceError(
      'SUBGRAPH_UNREACHABLE',
      `Subgraph "${subgraph}" has a URL that may not be called.`,
      {
        detail: `it ${fault}`,
      },
    );
  }
  const url = new URL(text);
  const pool = new Pool(url.origin, {
    connections,
    pipelining: 1,
    keepAliveTimeout: keepAliveMs,
    keepAliveMaxTimeout: keepAliveMs,
    // Our own timer bounds the whole call.
    headersTimeout: 0,
    bodyTimeout: 0,
    connect: { timeout: connectTimeoutMs, lookup: guardedLookup },
  });
  return { pool, path: `${url.pathname}${url.search}` };
}
