import type { CounterRule, Take } from './counters.ts';

/**
 * What one of several gateways may take by itself. A rate grows slower by as much, with the same time to be full again, so what was
 * known of it when it was shared still holds; of totals each unit counts for all gateways. One unit at a time always fits.
 */
export function shareOf(take: Take, gateways: number): Take {
  if (gateways === 1) return take;
  const { rule, cost } = take;
  if (rule.kind !== 'rate') return { ...take, cost: Math.min(cost * gateways, Math.max(cost, rule.max)) };
  const burst = Math.max(cost, rule.burst / gateways);
  return { ...take, rule: { ...rule, count: rule.count / gateways, burst } satisfies CounterRule };
}
