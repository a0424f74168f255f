import type { BalanceOptions } from './balanceOptions.ts';
import type { BreakerOptions } from './breakerOptions.ts';
import type { ConcurrencyOptions } from './concurrencyOptions.ts';
import type { AuthOptions } from './credential.ts';
import type { EjectionOptions } from './ejection.ts';
import type { HealthOptions } from './healthOptions.ts';
import type { TargetOptions } from './openTarget.ts';
import type { Own } from './ownOf.ts';
import type { UpstreamOptions } from './upstreamOptions.ts';

/** What is set for one subgraph. */
export interface RouteSettings {
  readonly timeoutMs: number;
  readonly retry: UpstreamOptions['retry'];
  readonly breaker: BreakerOptions;
  readonly ejection: EjectionOptions;
  readonly health: HealthOptions;
  readonly balance: BalanceOptions;
  readonly concurrency: ConcurrencyOptions;
  readonly target: TargetOptions;
  /** Null where the subgraph wants none. */
  readonly auth: AuthOptions | null;
}

type Tls = NonNullable<UpstreamOptions['subgraphs'][string]>['tls'];

function tlsOf(tls: Tls): TargetOptions['tls'] {
  if (!tls) return null;
  const { cert, key, ca } = tls;
  return { ...(cert && { cert }), ...(key && { key }), ...(ca && { ca }) };
}

/** What is set for all, and over it what is set for one. */
function withOwn<Options extends object>(options: Options, own: Own<Options> | undefined): Options {
  const set = Object.entries(own ?? {}).filter(([, value]) => value !== undefined);
  return set.length === 0 ? options : { ...options, ...Object.fromEntries(set) };
}

export function routeSettings(options: UpstreamOptions, subgraph: string): RouteSettings {
  const own = Object.hasOwn(options.subgraphs, subgraph) ? options.subgraphs[subgraph] : undefined;
  const { retry, breaker, ejection, health, balance, concurrency, connections, connectTimeout } = options;
  return {
    timeoutMs: own?.timeout ?? options.timeout,
    retry: { ...retry, max: own?.retry.max ?? retry.max },
    breaker: withOwn(breaker, own?.breaker),
    ejection: withOwn(ejection, own?.ejection),
    health: withOwn(health, own?.health),
    balance,
    concurrency: withOwn(concurrency, own?.concurrency),
    target: {
      connections: own?.connections ?? connections,
      connectTimeoutMs: connectTimeout,
      tls: tlsOf(own?.tls),
      compression: own?.compression ?? 'identity',
    },
    auth: own?.auth ?? null,
  };
}
