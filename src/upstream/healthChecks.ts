import type { Clock } from '../base/clock.ts';
import { withinTime } from '../base/withinTime.ts';
import type { Log } from '../model/log.ts';
import type { HealthOptions } from './healthOptions.ts';
import type { Instance } from './instance.ts';
import type { Route } from './route.ts';

interface HealthParts {
  readonly clock: Clock;
  readonly log: Log;
  routes(): readonly Route[];
}

/** The largest answer to a check that is read. */
const maxBytes = 64 * 1024;

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
    const { check } = this.#options;
    const { pool, path } = route.targetOf(instance);
    const json = { 'content-type': 'application/json', accept: 'application/json' };
    const { statusCode, body } = await (check === 'query'
      ? pool.request({ method: 'POST', path, headers: json, body: '{"query":"{ __typename }"}', signal })
      : pool.request({ method: 'GET', path: check, signal }));
    let text = '';
    for await (const chunk of body) {
      text += String(chunk);
      if (text.length > maxBytes) return false;
    }
    if (statusCode < 200 || statusCode > 299) return false;
    return check !== 'query' || hasData(text);
  }

  #forgive(): void {
    for (const route of this.#parts.routes()) {
      for (const instance of route.instances.all) instance.isWell = true;
      route.instances.refresh(this.#parts.clock.monotonicMs());
    }
  }
}

function hasData(text: string): boolean {
  const parsed: unknown = JSON.parse(text);
  return Boolean((parsed as { data?: { __typename?: unknown } } | null)?.data?.__typename);
}
