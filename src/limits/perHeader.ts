import type { GatewayPlugin, Passage } from '../model/gatewayPlugin.ts';
import type { RateRule } from './rateRule.ts';

/** Counts requests by the value of a header; one without it is not counted here. */
export function perHeader(name: string, rule: RateRule): GatewayPlugin {
  const take = (passage: Passage, cost: number): void | Promise<void> => {
    const value = passage.arrival.headers[name];
    if (value !== undefined) return rule.take(passage, String(value), cost);
  };
  return {
    admit: (passage) => take(passage, 1),
    batch: (passage, _session, size) => take(passage, size - 1),
  };
}
