import KeyvRedis from '@keyv/redis';
import DataLoader from 'dataloader';
import Keyv from 'keyv';
import type { Clock } from '../base/clock.ts';
import type { Purge } from '../model/fetchCache.ts';
import type { Log } from '../model/log.ts';
import { type Entry, type EntryStore, lifetimeMs } from './entry.ts';
import { packEntry } from './packEntry.ts';
import type { Purges } from './purges.ts';
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

/** So many failures in a row, and it is asked no more until it answers again. */
const maxFailures = 3;
/** Names asked for at once. */
const maxBatch = 1000;

/**
 * Entries in a Redis that several gateways share, through keyv. What is asked for in one turn is one MGET. It has a few milliseconds to
 * answer; when it fails, or its purges have not been seen for a second, nothing is kept.
 */
export function createRedisStore({ url, timeoutMs, purges, clock, log }: RedisStoreParts): SharedStore {
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
  let failures = 0;
  let inARow = 0;
  const shared = new RedisPurges({ client: redis.client, purges, timeoutMs: 4 * timeoutMs, clock, log });
  const isHere = (): boolean => inARow < maxFailures && shared.isInStep();
  shared.onSeen = (tookMs) => {
    // One that answers too late is not back: entries asked of it would cost each request the whole timeout.
    if (tookMs <= timeoutMs) inARow = 0;
  };

  async function inTime<Result>(work: Promise<Result>): Promise<Result> {
    const { promise: late, reject } = Promise.withResolvers<never>();
    const timer = clock.after(timeoutMs, () => reject(new Error(`Redis did not answer in ${timeoutMs} ms`)));
    try {
      return await Promise.race([work, late]);
    } finally {
      timer.cancel();
      work.catch(() => undefined);
    }
  }
  async function read(keys: readonly string[]): Promise<(Entry | undefined)[]> {
    if (!isHere()) return keys.map(() => undefined);
    try {
      const values = await inTime(keyv.getMany(keys.map(storedName)));
      inARow = 0;
      return keys.map((key, index) => unpackEntry(key, values[index]));
    } catch {
      failures += 1;
      inARow += 1;
      return keys.map(() => undefined);
    }
  }
  const loader = new DataLoader<string, Entry | undefined>(read, { cache: false, maxBatchSize: maxBatch });

  return {
    getMany: (keys) => Promise.all(keys.map((key) => loader.load(key))),
    set(entries) {
      if (!isHere()) return;
      for (const { key, entry } of entries) {
        inTime(keyv.set(storedName(key), packEntry(key, entry), lifetimeMs(entry.head))).catch(() => {
          failures += 1;
          inARow += 1;
        });
      }
    },
    purge: (purge) => shared.purge(purge),
    size: () => ({ entries: 0, bytes: 0, maxBytes: 0 }),
    failures: () => failures,
    isInStep: () => shared.isInStep(),
    async close() {
      shared.close();
      if (redis.client.isOpen) redis.client.destroy();
    },
  };
}
