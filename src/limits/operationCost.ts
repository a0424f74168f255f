import { SluiceError } from '../base/errors.ts';
import { ruleOf } from '../base/ruleMode.ts';
import type { GatewayPlugin } from '../model/gatewayPlugin.ts';
import type { DocumentLimit } from './documentLimit.ts';
import type { OperationCosts } from './operationCosts.ts';
import { tellEstimate } from './tellEstimate.ts';

/** Refuses an operation that is estimated to cost more than any may; null when that is off. */
export function operationCost(
  { max, mode }: DocumentLimit,
  { costs }: { costs: OperationCosts },
): GatewayPlugin | null {
  const rule = ruleOf('limits.operation.cost', mode);
  if (!rule) return null;
  return {
    operation(passage, chosen) {
      const { estimate } = costs.priceOf(chosen);
      passage.decided('limits', { estimate, max }, tellEstimate);
      if (estimate <= max) return;
      const message = `The operation is estimated to cost ${estimate}; allowed: ${max}.`;
      passage.refuse(rule, new SluiceError('COST_LIMIT_EXCEEDED', message));
    },
  };
}
