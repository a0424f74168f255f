import { Redis } from 'ioredis';
import { identityKey, type Take, type Taken } from './counters.ts';
import { notTaken } from './notTaken.ts';
import { gatewaysScript, redisScript } from './redisScript.ts';

/** The scripts of redisScript.ts over one connection. Calls reject at once while there is none, and when it is lost. */
export interface RedisScripts {
  take(takes: readonly Take[]): Promise<readonly Taken[]>;
  adjust(takes: readonly Take[]): Promise<void>;
  /** Gives the number of gateways that are there. */
  beat(id: string): Promise<number>;
  close(): void;
}

/** What `defineCommand` adds. */
interface Scripted {
  sluiceTake(keys: number, ...rest: (string | number)[]): Promise<number[]>;
  sluiceGateways(keys: number, key: string, id: string): Promise<number>;
}

export function openRedis(url: string, { prefix }: { readonly prefix: string }): RedisScripts {
  const redis = new Redis(url, {
    enableOfflineQueue: false, // What cannot be asked now is counted here; an answer later would count twice.
    maxRetriesPerRequest: 0,
    autoResendUnfulfilledCommands: false,
    connectTimeout: 1000,
    retryStrategy: (times) => Math.min(times * 100, 1000),
  });
  redis.on('error', () => undefined); // Whoever asks is told; a connection that fails again and again needs no line each.
  redis.defineCommand('sluiceTake', { lua: redisScript });
  redis.defineCommand('sluiceGateways', { lua: gatewaysScript });
  const scripts = redis as unknown as Scripted;
  const run = (takes: readonly Take[], mode: 'ask' | 'force') =>
    scripts.sluiceTake(
      takes.length,
      ...takes.map((take) => keyOf(prefix, take)),
      mode,
      ...takes.flatMap(argumentsOf),
    );
  return {
    take: async (takes) => answersOf(await run(takes, 'ask'), takes),
    adjust: async (takes) => void (await run(takes, 'force')),
    beat: (id) => scripts.sluiceGateways(1, `${prefix}:limits:gateways`, id),
    close: () => redis.disconnect(),
  };
}

/** The braces keep all counters of one caller in one slot of a cluster. */
function keyOf(prefix: string, { setting, identity }: Take): string {
  return `${prefix}:{${identityKey(identity)}}:${setting}`;
}

function argumentsOf({ cost, rule }: Take): readonly (string | number)[] {
  if (rule.kind === 'rate') return ['rate', cost, (rule.periodMs / rule.count) * 1000, rule.burst];
  if (rule.kind === 'period') return ['period', cost, Math.max(1, rule.endsInMs), rule.max];
  return [rule.countRefused ? 'seen' : 'window', cost, rule.windowMs * 1000, rule.max];
}

function answersOf(numbers: readonly number[], takes: readonly Take[]): readonly Taken[] {
  const taken = takes.map((_take, at) => {
    const [allowed = 0, remaining = 0, reset = 0, wait = 0] = numbers.slice(at * 4, at * 4 + 4);
    const retryMs = wait < 0 ? Number.POSITIVE_INFINITY : wait / 1000;
    return { allowed: allowed === 1, remaining, resetMs: reset / 1000, retryMs };
  });
  return taken.every(({ allowed }) => allowed) ? taken : notTaken(takes, taken);
}
