import type { Clock } from '../base/clock.ts';
import { withinTime } from '../base/withinTime.ts';
import type { Log } from '../model/log.ts';
import type { HealthOptions } from './healthOptions.ts';
import type { Instance } from './instance.ts';
import type { Route } from './route.ts';
import { askForHealth } from './transports/askForHealth.ts';
import type { Transports } from './transports/transports.ts';

interface HealthParts {
  readonly clock: Clock;
  readonly log: Log;
  readonly transports: Transports;
  routes(): readonly Route[];
}

/** Asks every instance again and again how it is; those that do not answer well get no calls. */
export class HealthChecks {
  #options: HealthOptions;
  readonly #parts: HealthParts;
  readonly #ending = new AbortController();
  /** Good answers in a row, or bad ones as a negative number. */
  readonly #streaks = new WeakMap<Instance, number>();
  #timer: ReturnType<Clock['after']> | null = null;
  #asking: Promise<unknown> = Promise.resolve();

  constructor(options: HealthOptions, parts: HealthParts) {
    this.#options = options;
    this.#parts = parts;
    this.#arm();
  }

  reconfigure(options: HealthOptions): void {
    this.#options = options;
    if (options.check === 'off') this.#forgive();
    this.#timer?.cancel();
    this.#arm();
  }

  async close(): Promise<void> {
    this.#timer?.cancel();
    this.#ending.abort(new Error('Stopping'));
    await this.#asking;
  }

  #arm(): void {
    if (this.#options.check === 'off' || this.#ending.signal.aborted) return;
    this.#timer = this.#parts.clock.after(this.#options.interval, () => {
      const asked = this.#parts
        .routes()
        .flatMap((route) => route.instances.all.map((instance) => this.#ask(route, instance)));
      this.#asking = Promise.all(asked).then(() => this.#arm());
    });
  }

  async #ask(route: Route, instance: Instance): Promise<void> {
    const { timeout: timeoutMs, healthyAfter, unhealthyAfter } = this.#options;
    const { clock, log } = this.#parts;
    const { signal } = this.#ending;
    const isGood = await withinTime((ending) => this.#isGood(route, instance, ending), {
      timeoutMs,
      signal,
      clock,
    }).catch(() => false);
    if (signal.aborted) return;
    const before = this.#streaks.get(instance) ?? 0;
    const streak = isGood ? Math.max(before, 0) + 1 : Math.min(before, 0) - 1;
    this.#streaks.set(instance, streak);
    const isWell = instance.isWell ? streak > -unhealthyAfter : streak >= healthyAfter;
    if (isWell === instance.isWell) return;
    instance.isWell = isWell;
    route.instances.refresh(clock.monotonicMs());
    const fields = { subgraph: route.subgraph, instance: instance.name };
    if (isWell) log.info(fields, 'an instance answers well again');
    else log.warn(fields, 'an instance does not answer well when it is asked how it is');
  }

  async #isGood(route: Route, instance: Instance, signal: AbortSignal): Promise<boolean> {
    const { check, timeout: timeoutMs } = this.#options;
    const { clock, transports } = this.#parts;
    const checking = { target: route.targetOf(instance), timeoutMs, signal, clock };
    if (check === 'query') return await transports[route.protocol].isWell(checking);
    const { status } = await askForHealth({ ...checking, method: 'GET', path: check, body: null });
    return status >= 200 && status <= 299;
  }

  #forgive(): void {
    for (const route of this.#parts.routes()) {
      for (const instance of route.instances.all) instance.isWell = true;
      route.instances.refresh(this.#parts.clock.monotonicMs());
    }
  }
}
