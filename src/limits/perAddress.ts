import { addressNetwork } from '../base/ipAddress.ts';
import type { GatewayPlugin } from '../model/gatewayPlugin.ts';
import type { RateRule } from './rateRule.ts';

/**
 * Counts requests by the address they come from, before the body is read and whatever becomes of them. A batch counts as many as it
 * holds. Those whose address cannot be read are counted as one.
 */
export function perAddress(rule: RateRule): GatewayPlugin {
  return {
    admit: (passage) => rule.take(passage, addressNetwork(passage.arrival.address), 1),
    batch: (passage, _session, size) => rule.take(passage, addressNetwork(passage.arrival.address), size - 1),
  };
}
