import { randomUUID } from 'node:crypto';
import type { Clock } from '../base/clock.ts';
import type { Log } from '../model/log.ts';
import type { Counters, Take, Taken } from './counters.ts';
import { createMemoryCounters } from './memoryCounters.ts';
import { openRedis } from './openRedis.ts';
import { shareOf } from './shareOf.ts';

export interface RedisCountersOptions {
  readonly url: string;
  /** How long one answer of Redis is waited for. */
  readonly timeoutMs: number;
  /** Gateways that share the limits at least, for as long as Redis has not told. */
  readonly gateways: number;
}

/** How often a gateway says that it is there, and tries again to reach a Redis that is away. */
const beatMs = 1000;
const retryMs = 250;

/**
 * Counters in Redis, the same for all gateways. When it does not answer in time, this gateway goes on by itself, with its share of
 * each limit and from what it last knew of it; nobody waits for Redis until it is known to answer again.
 */
export function createRedisCounters(
  options: RedisCountersOptions,
  { clock, log }: { clock: Clock; log: Log },
): Counters {
  const redis = openRedis(options, { clock });
  const own = createMemoryCounters({ clock });
  const owed = createOwed();
  const id = randomUUID();
  let gateways = options.gateways;
  let state: 'unknown' | 'here' | 'away' | 'closed' = 'unknown';
  let timer = clock.after(0, beat);

  /** Says that this gateway is there; what comes back says whether Redis is, and how many gateways. */
  function beat(): void {
    redis.beat(id).then(found, lost);
  }
  function found(seen: number): void {
    gateways = Math.max(options.gateways, seen);
    if (state !== 'here') {
      log.info({ gateways }, 'limits are counted in Redis');
      state = 'here';
      const debts = owed.settle();
      if (debts.length > 0) redis.adjust(debts).catch(lost);
    }
    again(beatMs);
  }
  function lost(err: unknown): void {
    if (state === 'closed') return;
    if (state !== 'away')
      log.warn({ err, gateways }, 'Redis does not answer: limits are counted here, each by its share');
    state = 'away';
    again(retryMs);
  }
  function again(delayMs: number): void {
    timer.cancel();
    if (state !== 'closed') timer = clock.after(delayMs, beat);
  }

  function takeHere(takes: readonly Take[]): readonly Taken[] {
    const taken = own.take(takes.map((take) => shareOf(take, gateways)));
    if (taken.every(({ allowed }) => allowed)) owed.add(takes);
    return taken;
  }
  async function takeThere(takes: readonly Take[]): Promise<readonly Taken[]> {
    try {
      const taken = await redis.take(takes);
      for (const [at, take] of takes.entries()) own.learn(take, taken[at] as Taken);
      return taken;
    } catch (failure) {
      lost(failure);
      return takeHere(takes);
    }
  }
  return {
    take: (takes) => (state === 'here' ? takeThere(takes) : takeHere(takes)),
    adjust(takes) {
      own.adjust(takes);
      if (state === 'here') redis.adjust(takes).catch(lost);
      else owed.add(takes);
    },
    async close() {
      state = 'closed';
      timer.cancel();
      redis.close();
      await own.close();
    },
  };
}

/** Counters whose totals are owed at most; those of more callers are forgiven. */
const maxOwed = 10_000;

/** What was taken from totals while Redis was away. Rates owe nothing: they would have grown again by then. */
function createOwed() {
  const owed = new Map<string, Take>();
  return {
    add(takes: readonly Take[]): void {
      for (const take of takes) {
        if (take.rule.kind !== 'period') continue;
        const key = `${take.setting} ${take.identity}`;
        const known = owed.get(key);
        if (known || owed.size < maxOwed) owed.set(key, { ...take, cost: take.cost + (known?.cost ?? 0) });
      }
    },
    settle(): readonly Take[] {
      const takes = [...owed.values()];
      owed.clear();
      return takes;
    },
  };
}
