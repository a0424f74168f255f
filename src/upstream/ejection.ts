import { z } from 'zod';
import { durationBetween, shareBetween } from '../base/quantity.ts';
import type { Random } from '../base/random.ts';
import { ruleMode } from '../base/ruleMode.ts';
import type { Instance } from './instance.ts';

export const ejectionOptions = z.strictObject({
  mode: ruleMode,
  failures: z
    .int()
    .min(1)
    .max(10_000)
    .default(5)
    .describe('An instance that fails so often in a row gets no calls for a while.'),
  time: durationBetween('10ms', '1h')
    .prefault('5s')
    .describe('For how long the first time; each time more, until it was well for a minute.'),
  maxTime: durationBetween('10ms', '24h').prefault('5m').describe('The longest of these times.'),
  most: shareBetween('0%', '100%')
    .prefault('50%')
    .describe(
      'Most of the instances that may be out at a time; where more are ill, it is not the instances.',
    ),
  interval: durationBetween('100ms', '10m')
    .prefault('10s')
    .describe(
      'How often instances are compared: of three or more, one that fails 85 % of 50 calls is out; of five or more, one that is far below the others.',
    ),
});

export type EjectionOptions = z.output<typeof ejectionOptions>;

const jitter = 0.2;
const forgivenAfterMs = 60_000;
/** Envoy's figures: enough instances and calls for a share to mean something, and how far below the mean is far. */
const failureShare = { instances: 3, calls: 50, share: 0.85 };
const successRate = { instances: 5, calls: 100, deviations: 1.9 };

interface EjectionParts {
  readonly random: Random;
  /** Told of each; with `log` it stays in all the same. */
  onEject(instance: Instance): void;
}

/** Decides which instances get no calls for a while, from how their calls end. The only instance of a subgraph always stays. */
export class Ejection {
  #options: EjectionOptions;
  readonly #parts: EjectionParts;
  #sweepAtMs = 0;

  constructor(options: EjectionOptions, parts: EjectionParts) {
    this.#options = options;
    this.#parts = parts;
  }

  reconfigure(options: EjectionOptions): void {
    this.#options = options;
  }

  /** After a call to one of them ended; true when one was ejected. */
  noteEnd(instances: readonly Instance[], instance: Instance, nowMs: number): boolean {
    if (instances.length < 2 || this.#options.mode === 'off') return false;
    instance.swept.tries += 1;
    if (instance.failedInARow > 0) instance.swept.failures += 1;
    else if (instance.ejections > 0 && nowMs - instance.ejectedUntilMs > forgivenAfterMs)
      instance.ejections = 0;
    const isOut = instance.failedInARow >= this.#options.failures && this.#eject(instances, instance, nowMs);
    return nowMs >= this.#sweepAtMs ? this.#sweep(instances, nowMs) || isOut : isOut;
  }

  #sweep(instances: readonly Instance[], nowMs: number): boolean {
    const isFirst = this.#sweepAtMs === 0;
    this.#sweepAtMs = nowMs + this.#options.interval;
    const outliers = isFirst ? [] : outliersOf(instances);
    const ejected = outliers.filter((instance) => this.#eject(instances, instance, nowMs));
    for (const instance of instances) instance.swept = { tries: 0, failures: 0 };
    return ejected.length > 0;
  }

  #eject(instances: readonly Instance[], instance: Instance, nowMs: number): boolean {
    const { mode, most, time, maxTime } = this.#options;
    if (instance.isEjected(nowMs)) return false;
    const out = instances.filter((other) => other.isEjected(nowMs)).length;
    if ((out + 1) / instances.length > most) return false;
    this.#parts.onEject(instance);
    if (mode === 'log') {
      instance.failedInARow = 0;
      return false;
    }
    // Back again, one more failure is enough.
    instance.failedInARow = this.#options.failures - 1;
    instance.ejections += 1;
    const varied = 1 - jitter + 2 * jitter * this.#parts.random();
    instance.ejectedUntilMs = nowMs + Math.min(time * instance.ejections, maxTime) * varied;
    instance.startsAtMs = instance.ejectedUntilMs;
    return true;
  }
}

function outliersOf(instances: readonly Instance[]): readonly Instance[] {
  const failing =
    instances.length < failureShare.instances
      ? []
      : instances.filter(
          ({ swept }) =>
            swept.tries >= failureShare.calls && swept.failures >= swept.tries * failureShare.share,
        );
  const busy = instances.filter(({ swept }) => swept.tries >= successRate.calls);
  if (busy.length < successRate.instances) return failing;
  const rates = busy.map(({ swept }) => 1 - swept.failures / swept.tries);
  const mean = rates.reduce((sum, rate) => sum + rate, 0) / rates.length;
  const variance = rates.reduce((sum, rate) => sum + (rate - mean) ** 2, 0) / rates.length;
  const least = mean - successRate.deviations * Math.sqrt(variance);
  const far = busy.filter(({ swept }) => swept.failures > 0 && 1 - swept.failures / swept.tries < least);
  return [...new Set([...failing, ...far])];
}
