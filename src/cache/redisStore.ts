import KeyvRedis from '@keyv/redis';
import DataLoader from 'dataloader';
import Keyv from 'keyv';
import type { Clock } from '../base/clock.ts';
import type { Purge } from '../model/fetchCache.ts';
import type { Log } from '../model/log.ts';
import { type Entry, lifetimeMs } from './entry.ts';
import type { EntryStore } from './entryStore.ts';
import { findEntries } from './findEntries.ts';
import { packEntry } from './packEntry.ts';
import { Pieces } from './pieces.ts';
import type { Purges } from './purges.ts';
import { RedisHealth } from './redisHealth.ts';
import { RedisPurges } from './redisPurges.ts';
import { storedName } from './storedName.ts';
import { unpackEntry } from './unpackEntry.ts';

export interface RedisStoreParts {
  readonly url: string;
  readonly timeoutMs: number;
  readonly purges: Purges;
  readonly clock: Clock;
  readonly log: Log;
}

export interface SharedStore extends EntryStore {
  purge(purge: Purge): Promise<void>;
}

/** The part of the time it has for which a request waits: by then the subgraph could have answered. */
const patientShare = 0.4;
/** Of items that are on their way, and were lately. */
const pieceBytes = 4_000_000;
/** Names asked for at once. */
const maxBatch = 1000;

/**
 * Entries in a Redis that several gateways share, through keyv. What is asked for in one turn is one MGET. It has a few milliseconds to
 * answer; when it fails, or its purges have not been seen for a second, nothing is kept.
 */
export function createRedisStore(parts: RedisStoreParts): SharedStore {
  const { url, timeoutMs, purges, clock, log } = parts;
  const socket = { connectTimeout: 1000, reconnectStrategy: (times: number) => Math.min(times * 100, 1000) };
  const redis = new KeyvRedis<string>({ url, socket, disableOfflineQueue: true } as never, {
    noNamespaceAffectsAll: true,
    throwOnConnectError: false,
    connectionTimeout: 1000,
  });
  redis.client.on('error', () => undefined); // Whoever asks is told.
  redis.client.connect().catch(() => undefined); // It tries again until it is closed.
  const keyv = new Keyv<string>({ store: redis, useKeyPrefix: false, throwOnErrors: true });
  keyv.on('error', () => undefined);
  const pieces = new Pieces(pieceBytes);
  const patienceMs = patientShare * timeoutMs;
  const health = new RedisHealth(patienceMs, log);
  const shared = new RedisPurges({ client: redis.client, purges, timeoutMs: 4 * timeoutMs, clock, log });
  const isHere = (): boolean => health.isWell() && shared.isInStep();
  shared.onSeen = (tookMs) => health.hasAnswered(tookMs);

  async function read(keys: readonly string[]): Promise<(Entry | undefined)[]> {
    if (!isHere()) return keys.map(() => undefined);
    try {
      const values = await within(patienceMs, clock, keyv.getMany(keys.map(storedName)));
      health.hasAnswered(0);
      return keys.map((key, index) => unpackEntry(key, values[index]));
    } catch {
      health.hasFailed();
      return keys.map(() => undefined);
    }
  }
  const loader = new DataLoader<string, Entry | undefined>(read, { cache: false, maxBatchSize: maxBatch });

  return {
    find(groups, items) {
      const keys = new Map<number, string>();
      for (const [at, item] of items.entries()) {
        const group = groups[at];
        if (group) keys.set(at, group.beginning + item);
      }
      return findEntries(keys, items.length, (all) => Promise.all(all.map((key) => loader.load(key))));
    },
    pending: (group, item, owner) => pieces.pending(group, item, owner),
    await: (piece) => pieces.put(piece),
    keep(piece) {
      for (const entry of isHere() ? piece.entries() : []) {
        const key = piece.group.beginning + entry.item;
        const kept = keyv.set(storedName(key), packEntry(key, entry), lifetimeMs(entry.head));
        within(timeoutMs, clock, kept).catch(() => health.hasFailed());
      }
      void piece.empty();
    },
    purge: (purge) => shared.purge(purge),
    size: () => ({ entries: 0, bytes: 0, maxBytes: 0 }),
    failures: () => health.failures,
    isInStep: () => shared.isInStep(),
    async close() {
      shared.close();
      if (redis.client.isOpen) redis.client.destroy();
    },
  };
}

async function within<Result>(ms: number, clock: Clock, work: Promise<Result>): Promise<Result> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const giveUp = () => reject(new Error(`Redis did not answer in ${ms} ms`));
  // Timers are run before what came is read: where this process was held up itself, the answer is here already.
  const timer = clock.after(ms, () => setImmediate(giveUp));
  try {
    return await Promise.race([work, late]);
  } finally {
    timer.cancel();
    work.catch(() => undefined);
  }
}
