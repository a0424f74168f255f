import { isDeepStrictEqual } from 'node:util';
import type { Clock } from '../base/clock.ts';
import type { Random } from '../base/random.ts';
import type { InstanceAddress } from '../model/instanceAddress.ts';
import type { Log } from '../model/log.ts';
import type { Protocol } from '../model/translation.ts';
import type { SubgraphStats } from '../model/upstreamStats.ts';
import { Breaker } from './breaker.ts';
import { Bulkhead } from './bulkhead.ts';
import type { CallFailure } from './callFailure.ts';
import { Credential } from './credential.ts';
import { hangs } from './hangs.ts';
import type { Instance } from './instance.ts';
import { Instances } from './instances.ts';
import { OnWay, type Travelling } from './onWay.ts';
import { openTarget, type Target } from './openTarget.ts';
import { RetryBudget } from './retryBudget.ts';
import type { RouteSettings } from './routeSettings.ts';

export interface RouteParts {
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
}

interface GivenUp {
  /** What has ended is given up for nothing. */
  giveUp(reason: CallFailure): void;
}

/** All that is kept of one subgraph at one routing URL, whatever is published meanwhile. */
export class Route {
  readonly subgraph: string;
  /** The routing URL of the supergraph. */
  readonly url: string;
  readonly instances: Instances;
  readonly breaker: Breaker;
  readonly bulkhead: Bulkhead;
  readonly budget: RetryBudget;
  /** What has its turn, and no answer yet. */
  readonly onWay = new OnWay<Travelling & GivenUp>();
  /** The call that tries whether it is well again, the latest one. */
  probing: GivenUp | null = null;
  readonly refused = { open: 0, overloaded: 0 };
  retries = 0;
  /** How it is spoken to now, for those who ask how it is. */
  protocol: Protocol = 'graphql';
  settings: RouteSettings;
  credential: Credential | null;
  readonly #clock: Clock;
  readonly #closing = new Set<Promise<void>>();

  constructor(subgraph: string, url: string, settings: RouteSettings, { clock, random, log }: RouteParts) {
    this.subgraph = subgraph;
    this.url = url;
    this.settings = settings;
    this.#clock = clock;
    this.credential = settings.auth && new Credential(subgraph, settings.auth, clock);
    this.instances = new Instances(settings, {
      random,
      onEject: ({ name }) =>
        log.warn(
          { subgraph, instance: name, mode: settings.ejection.mode },
          'an instance fails and is left out',
        ),
      onRemove: (instance) => this.#closeTarget(instance),
    });
    this.breaker = new Breaker(settings.breaker, {
      random,
      onChange: (state, from) => {
        const isGood = state === 'closed' || state === 'ramp';
        log[isGood ? 'info' : 'warn']({ subgraph, state, from }, 'the breaker of a subgraph changed');
        // Whoever waits for a turn learns at once that there is none.
        if (this.isRefusing) this.bulkhead.letAllIn();
      },
      onSilence: () => this.#giveUp(),
    });
    this.bulkhead = new Bulkhead(subgraph, this.#concurrency(), clock);
    this.budget = new RetryBudget(budgetOf(settings));
  }

  /** Whether no call is let through but one that tries. */
  get isRefusing(): boolean {
    const { state } = this.breaker;
    return state !== 'closed' && state !== 'ramp' && this.settings.breaker.mode === 'enforce';
  }

  setInstances(addresses: readonly InstanceAddress[]): void {
    this.instances.set(addresses, this.#clock.monotonicMs());
    this.bulkhead.reconfigure(this.#concurrency());
  }

  reconfigure(settings: RouteSettings): void {
    // A token that is good stays in use.
    if (!isDeepStrictEqual(settings.auth, this.settings.auth))
      this.credential = settings.auth && new Credential(this.subgraph, settings.auth, this.#clock);
    const isSameTarget = isDeepStrictEqual(settings.target, this.settings.target);
    this.settings = settings;
    this.instances.reconfigure(settings, this.#clock.monotonicMs());
    this.breaker.reconfigure(settings.breaker);
    this.bulkhead.reconfigure(this.#concurrency());
    this.budget.reconfigure(budgetOf(settings));
    if (!isSameTarget) for (const instance of this.instances.all) this.#closeTarget(instance);
  }

  /** The connections to an instance, opened when it is first called. SUBGRAPH_UNREACHABLE for a URL that no subgraph may have. */
  targetOf(instance: Instance): Target {
    instance.target ??= openTarget(this.subgraph, instance.url, this.settings.target);
    return instance.target;
  }

  /** Takes no more calls; those on their way end as they would have. */
  retire(): void {
    for (const instance of this.instances.all) this.#closeTarget(instance);
  }

  /** Ends everything. */
  async destroy(): Promise<void> {
    const open = this.instances.all.flatMap(({ target }) => target ?? []);
    await Promise.all(open.flatMap(({ pool, channel }) => [pool.destroy(), channel.destroy()]));
    await Promise.allSettled(this.#closing);
  }

  stats(): SubgraphStats {
    const nowMs = this.#clock.monotonicMs();
    return {
      subgraph: this.subgraph,
      protocol: this.protocol,
      breaker: this.breaker.state,
      openings: this.breaker.openings,
      inFlight: this.bulkhead.inFlight,
      limit: this.bulkhead.limit,
      queued: this.bulkhead.queued,
      refused: { ...this.refused },
      retries: this.retries,
      connections: this.#connections(),
      instances: this.instances.all.map((instance) => ({
        name: instance.name,
        zone: instance.zone,
        weight: instance.weight,
        health: instance.isEjected(nowMs) ? 'ejected' : instance.isWell ? 'healthy' : 'unhealthy',
        inFlight: instance.inFlight,
        latencyMs: instance.latencyMs(nowMs),
        tries: instance.tries,
        failures: instance.failures,
      })),
    };
  }

  /** What is on its way to a subgraph that hangs: its places, and connections, are for those who find out whether it is back. */
  #giveUp(): void {
    if (!this.isRefusing) return;
    for (const sent of this.onWay.all()) sent.giveUp(hangs(this.subgraph));
  }

  #connections() {
    const counts = { busy: 0, free: 0, waiting: 0 };
    for (const { target } of this.instances.all) {
      const { connected = 0, running = 0, queued = 0 } = target?.pool.stats ?? {};
      const channel = target?.channel.stats ?? { connected: 0, running: 0 };
      // A connection of HTTP/2 takes many calls at once.
      const isBusy = channel.running > 0;
      counts.busy += running + (isBusy ? channel.connected : 0);
      counts.free += Math.max(0, connected - running) + (isBusy ? 0 : channel.connected);
      counts.waiting += queued;
    }
    return counts;
  }

  #concurrency() {
    const { concurrency, target } = this.settings;
    const count = Math.max(1, this.instances.all.length);
    return { ...concurrency, max: concurrency.max ?? target.connections * count };
  }

  #closeTarget(instance: Instance): void {
    const { target } = instance;
    if (!target) return;
    instance.target = null;
    for (const connections of [target.pool, target.channel]) {
      const closing = connections.close().finally(() => this.#closing.delete(closing));
      this.#closing.add(closing);
    }
  }
}

function budgetOf({ retry }: RouteSettings) {
  return { share: retry.budget, perSecond: retry.floor };
}
