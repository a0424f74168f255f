import type { Clock } from '../base/clock.ts';
import { withinTime } from '../base/withinTime.ts';
import type { Log } from '../model/log.ts';
import type { HealthOptions } from './healthOptions.ts';
import type { Instance } from './instance.ts';
import type { Own } from './ownOf.ts';
import type { Route } from './route.ts';
import { askForHealth } from './transports/askForHealth.ts';
import type { Transports } from './transports/transports.ts';

interface HealthParts {
  readonly clock: Clock;
  readonly log: Log;
  readonly transports: Transports;
  routes(): readonly Route[];
}

/** Asks instances again and again how they are, subgraph by subgraph as it is set; those that do not answer well get no calls. */
export class HealthChecks {
  /** What is set for all subgraphs, and for single ones: how often somebody is to be asked. */
  #intervals: readonly number[];
  readonly #parts: HealthParts;
  readonly #ending = new AbortController();
  /** Good answers in a row, or bad ones as a negative number. */
  readonly #streaks = new WeakMap<Instance, number>();
  /** When the instances of a subgraph are to be asked next. */
  readonly #dueMs = new WeakMap<Route, number>();
  #timer: ReturnType<Clock['after']> | null = null;
  #asking: Promise<unknown> = Promise.resolve();

  constructor(options: CheckedOptions, parts: HealthParts) {
    this.#intervals = intervalsIn(options);
    this.#parts = parts;
    this.#arm();
  }

  /** After the routes have the same options. */
  reconfigure(options: CheckedOptions): void {
    this.#intervals = intervalsIn(options);
    this.#forgive();
    this.#timer?.cancel();
    this.#arm();
  }

  async close(): Promise<void> {
    this.#timer?.cancel();
    this.#ending.abort(new Error('Stopping'));
    await this.#asking;
  }

  #arm(): void {
    if (this.#intervals.length === 0 || this.#ending.signal.aborted) return;
    const { clock, routes } = this.#parts;
    const intervalMs = Math.min(...this.#intervals);
    this.#timer = clock.after(intervalMs, () => {
      const nowMs = clock.monotonicMs();
      const due = routes().filter((route) => this.#isDue(route, nowMs));
      const asked = due.flatMap((route) => route.instances.all.map((instance) => this.#ask(route, instance)));
      this.#asking = Promise.all(asked).then(() => this.#arm());
    });
  }

  #isDue(route: Route, nowMs: number): boolean {
    const { check, interval } = route.settings.health;
    if (check === 'off' || nowMs < (this.#dueMs.get(route) ?? 0)) return false;
    this.#dueMs.set(route, nowMs + interval);
    return true;
  }

  async #ask(route: Route, instance: Instance): Promise<void> {
    const { timeout: timeoutMs, healthyAfter, unhealthyAfter } = route.settings.health;
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
    const { check, timeout: timeoutMs } = route.settings.health;
    const { clock, transports } = this.#parts;
    const checking = { target: route.targetOf(instance), timeoutMs, signal, clock };
    if (check === 'query') return await transports[route.protocol].isWell(checking);
    const { status } = await askForHealth({ ...checking, method: 'GET', path: check, body: null });
    return status >= 200 && status <= 299;
  }

  #forgive(): void {
    for (const route of this.#parts.routes()) {
      if (route.settings.health.check !== 'off') continue;
      for (const instance of route.instances.all) instance.isWell = true;
      route.instances.refresh(this.#parts.clock.monotonicMs());
    }
  }
}

/** What of the upstream's options says who is asked. */
interface CheckedOptions {
  readonly health: HealthOptions;
  readonly subgraphs: Readonly<Record<string, { readonly health: Own<HealthOptions> }>>;
}

function intervalsIn({ health, subgraphs }: CheckedOptions): readonly number[] {
  const own = Object.values(subgraphs).map((subgraph) => ({
    check: subgraph.health.check ?? health.check,
    interval: subgraph.health.interval ?? health.interval,
  }));
  return [health, ...own].flatMap(({ check, interval }) => (check === 'off' ? [] : [interval]));
}
