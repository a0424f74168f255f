import type { Clock } from '../../src/base/clock.ts';
import type { Counters, Take, Taken } from '../../src/limits/limits.ts';
import { createCounters, limitsOptions } from '../../src/limits/limits.ts';
import type { Log } from '../../src/model/log.ts';

export function silentLog(): Log & { readonly lines: string[] } {
  const lines: string[] = [];
  const say = (_fields: object, message: string) => void lines.push(message);
  return { debug: say, info: say, warn: say, error: say, lines };
}

export function openCounters(
  options: Record<string, unknown>,
  { clock, log = silentLog() }: { clock: Clock; log?: Log },
): Promise<Counters> {
  return createCounters(limitsOptions.parse(options), { clock, log });
}

/** Takes from one counter. */
export async function takeOne(counters: Counters, take: Take): Promise<Taken> {
  const [taken] = await counters.take([take]);
  if (!taken) throw new Error('Nothing was said');
  return taken;
}

export function rateTake(more: Partial<Take> = {}): Take {
  const rule = { kind: 'rate', count: 10, periodMs: 1000, burst: 5 } as const;
  return { setting: 'limits.perAddress', identity: '192.0.2.1', cost: 1, rule, ...more };
}
