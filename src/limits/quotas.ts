import { z } from 'zod';
import type { Clock } from '../base/clock.ts';
import { ruleMode, ruleOf } from '../base/ruleMode.ts';
import type { Rule } from '../model/gatewayPlugin.ts';
import type { Session } from '../model/session.ts';
import type { Budget } from './budgets.ts';
import { type QuotaPeriod, quotaPeriod } from './quotaPeriod.ts';
import { sessionIdentity } from './sessionIdentity.ts';

const most = 1_000_000_000_000;

export const quotaOptions = z
  .strictObject({
    plan: z.string().min(1).optional().describe('Whom it is for: consumers on a plan.'),
    consumer: z.string().min(1).optional().describe('Whom it is for: one consumer, in place of its plan.'),
    per: z.enum(['day', 'month']).describe('The calendar day or month, in UTC.'),
    requests: z.int().min(0).max(most).optional().describe('How many operations.'),
    cost: z.int().min(0).max(most).optional().describe('How much they may cost together.'),
    mode: ruleMode,
  })
  .refine(({ requests, cost }) => requests !== undefined || cost !== undefined, {
    error: 'found neither requests nor cost; allowed: at least one of them',
  })
  .refine(({ plan, consumer }) => plan === undefined || consumer === undefined, {
    error: 'found both plan and consumer; allowed: one of them, or neither for everybody else',
  });

export type QuotaOptions = z.output<typeof quotaOptions>;

export interface Quota extends QuotaOptions {
  /** Where it is set. */
  readonly setting: string;
  readonly rule: Rule;
}

export function isOfCost({ cost }: Pick<QuotaOptions, 'cost'>): boolean {
  return cost !== undefined;
}

/**
 * The quotas of each session, as budgets. Of those for a day, and of those for a month, the ones for its consumer hold, or else those
 * for its plan, or else those for everybody. Anonymous callers have none: they are counted by address. Null where there are no quotas.
 */
export function quotas(
  options: readonly Omit<Quota, 'rule'>[],
  { clock }: { clock: Clock },
): ((session: Session) => readonly Budget[]) | null {
  const rules = options.flatMap((quota): Quota[] => {
    const rule = ruleOf(quota.setting, quota.mode);
    return rule ? [{ ...quota, rule }] : [];
  });
  if (rules.length === 0) return null;
  const byPeriod = (['day', 'month'] as const)
    .map((per) => ({ rules: rules.filter((quota) => quota.per === per), periodAt: currentPeriod(per) }))
    .filter((each) => each.rules.length > 0);
  return (session) => {
    if (!session.identified) return [];
    const wallMs = clock.wallMs();
    return byPeriod.flatMap(({ rules, periodAt }) =>
      closest(rules, session).flatMap((quota) =>
        budgetsOf(quota, { session, period: periodAt(wallMs), wallMs }),
      ),
    );
  };
}

/** The period a moment is in; found out once for each. */
function currentPeriod(per: 'day' | 'month'): (wallMs: number) => QuotaPeriod {
  let period = quotaPeriod(per, 0);
  return (wallMs) => {
    if (wallMs < period.startMs || wallMs >= period.endMs) period = quotaPeriod(per, wallMs);
    return period;
  };
}

function closest(rules: readonly Quota[], session: Session): readonly Quota[] {
  const plan = session.plan;
  const forConsumer = rules.filter(({ consumer }) => consumer !== undefined && consumer === session.consumer);
  if (forConsumer.length > 0) return forConsumer;
  const forPlan = rules.filter((quota) => quota.plan !== undefined && quota.plan === plan);
  if (forPlan.length > 0) return forPlan;
  return rules.filter((quota) => quota.plan === undefined && quota.consumer === undefined);
}

function budgetsOf(
  { rule, per, requests, cost }: Quota,
  { session, period, wallMs }: { session: Session; period: QuotaPeriod; wallMs: number },
): readonly Budget[] {
  const { name, startMs, endMs } = period;
  const identity = `${name} ${session.consumer ?? sessionIdentity(session)}`;
  const budget = (unit: Budget['unit'], max: number): Budget => ({
    rule,
    unit,
    setting: `limits.quotas.${per}.${unit}`,
    identity,
    counted: { kind: 'period', max, endsInMs: endMs - wallMs },
    quota: max,
    windowMs: endMs - startMs,
  });
  return [
    ...(requests === undefined ? [] : [budget('requests', requests)]),
    ...(cost === undefined ? [] : [budget('cost', cost)]),
  ];
}
