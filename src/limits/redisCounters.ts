import type { Clock } from '../base/clock.ts';
import type { Log } from '../model/log.ts';
import type { Counters, Take, Taken } from './counters.ts';
import { inTime } from './inTime.ts';
import { createMemoryCounters } from './memoryCounters.ts';
import { openRedis } from './openRedis.ts';
import { createRedisPresence } from './redisPresence.ts';
import { shareOf } from './shareOf.ts';

export interface RedisCountersOptions {
  readonly url: string;
  /** What its keys begin with; whoever shares a prefix shares the limits. */
  readonly prefix: string;
  /** How long one answer of Redis is waited for. */
  readonly timeoutMs: number;
  /** Gateways that share the limits at least, for as long as Redis has not told. */
  readonly leastGateways: number;
}

/**
 * Counters in Redis, the same for all gateways. A request waits for it no longer than the timeout; then this gateway decides by
 * itself, with its share of the limit and from what it last knew of it, and when the answer comes late the two are reconciled. A
 * Redis that is gone, or does not answer at all, is not waited for until it is back.
 */
export function createRedisCounters(
  { url, prefix, timeoutMs, leastGateways }: RedisCountersOptions,
  { clock, log }: { clock: Clock; log: Log },
): Counters {
  const redis = openRedis(url, { prefix });
  const own = createMemoryCounters({ clock });
  const owed = createOwed();
  const presence = createRedisPresence({ beat: redis.beat, leastGateways, onFound: payDebts, clock, log });

  function payDebts(): void {
    const debts = owed.settle();
    if (debts.length > 0) redis.adjust(debts).catch(presence.lost);
  }
  const takeHere = (takes: readonly Take[]) =>
    own.take(takes.map((take) => shareOf(take, presence.gateways())));
  function takeAlone(takes: readonly Take[]): readonly Taken[] {
    const taken = takeHere(takes);
    if (isAllowed(taken)) owed.add(takes);
    return taken;
  }
  async function takeThere(takes: readonly Take[]): Promise<readonly Taken[]> {
    const answer = redis.take(takes);
    try {
      const taken = await inTime(answer, timeoutMs, clock);
      if (taken) return learned(takes, taken);
    } catch (failure) {
      presence.lost(failure);
      return takeAlone(takes);
    }
    const decided = takeHere(takes);
    answer.then((late) => reconcile(takes, { decided, late }), presence.lost);
    return decided;
  }
  function learned(takes: readonly Take[], taken: readonly Taken[]): readonly Taken[] {
    for (const [at, take] of takes.entries()) own.learn(take, taken[at] as Taken);
    return taken;
  }
  /** Redis gets back what it gave and nobody got, and is owed what it would not have given. */
  function reconcile(
    takes: readonly Take[],
    { decided, late }: Record<'decided' | 'late', readonly Taken[]>,
  ) {
    learned(takes, late);
    const difference = Number(isAllowed(decided)) - Number(isAllowed(late));
    if (difference !== 0) adjust(takes.map((take) => ({ ...take, cost: take.cost * difference })));
  }
  function adjust(takes: readonly Take[]): void {
    own.adjust(takes);
    if (presence.isHere()) redis.adjust(takes).catch(presence.lost);
    else owed.add(takes);
  }
  return {
    take: (takes) => (presence.isHere() ? takeThere(takes) : takeAlone(takes)),
    adjust,
    async close() {
      presence.close();
      redis.close();
      await own.close();
    },
  };
}

function isAllowed(taken: readonly Taken[]): boolean {
  return taken.every(({ allowed }) => allowed);
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
