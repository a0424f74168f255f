import type { PlanLimits } from '../model/planLimits.ts';
import type { Quota, QuotaOptions } from './quotas.ts';

/** The limits' own quotas, and those of plans; where both speak of the same plan, period and unit, the former hold. */
export function withPlanQuotas(
  own: readonly QuotaOptions[],
  plans: readonly PlanLimits[],
): readonly Omit<Quota, 'rule'>[] {
  const named = own.map((quota, at) => ({ ...quota, setting: `limits.quotas[${at}]` }));
  const ofPlans = plans.flatMap(({ plan, setting, quota }) => {
    if (!quota) return [];
    const same = own.filter((each) => each.plan === plan && each.per === quota.per);
    const taken = (unit: 'requests' | 'cost') => same.some((each) => each[unit] !== undefined);
    return [
      {
        plan,
        per: quota.per,
        requests: taken('requests') ? undefined : quota.requests,
        cost: taken('cost') ? undefined : quota.cost,
        mode: 'enforce' as const,
        setting: `${setting}.quota`,
      },
    ];
  });
  return [...named, ...ofPlans];
}
