import type { PlanLimits } from '../model/planLimits.ts';
import type { BillingOptions } from './billingOptions.ts';

/** What plans let their consumers do; limits hold them to it. */
export function planLimits({ plans }: BillingOptions): readonly PlanLimits[] {
  return Object.entries(plans).map(([plan, { rate, burst, quota }]) => ({
    plan,
    setting: `billing.plans.${plan}`,
    rate: rate ? { rate, burst } : null,
    quota: quota ?? null,
  }));
}
