import { type RuleMode, ruleOf } from '../base/ruleMode.ts';
import type { Session } from '../model/session.ts';
import type { Budget } from './budgets.ts';
import type { RateLimit } from './rateRule.ts';
import { sessionIdentity } from './sessionIdentity.ts';

/** A rate of cost for each identified session, as a budget. */
export function costRate({
  rate: { count, periodMs },
  burst = count,
  mode,
}: RateLimit & { readonly mode: RuleMode }): (session: Session) => readonly Budget[] {
  const setting = 'limits.cost.perSession';
  const rule = ruleOf(setting, mode);
  if (!rule) return () => [];
  const counted = { kind: 'rate', count, periodMs, burst } as const;
  const windowMs = (burst * periodMs) / count;
  return (session) =>
    session.identified
      ? [{ rule, unit: 'cost', setting, identity: sessionIdentity(session), counted, quota: burst, windowMs }]
      : [];
}
