import type { QueryPlan } from '@apollo/query-planner';
import { SluiceError } from '../base/errors.ts';
import type { AskedOperation } from './askedOperation.ts';
import { planFault } from './check/planFault.ts';
import type { JoinedSupergraph } from './joined/joinedSupergraph.ts';
import { plainPlan } from './plain/plainPlan.ts';
import { Unplannable } from './plain/unplannable.ts';

export interface CheckedPlan {
  readonly plan: QueryPlan;
  readonly by: 'apollo' | 'plain';
}

/**
 * Apollo's plan if it is found right, else a plain one that is. Where neither is, Apollo's stays: the check may err as well. `null` in
 * place of Apollo's planner wants a plain plan.
 */
export function checkedPlan(
  asked: AskedOperation,
  joined: JoinedSupergraph,
  planByApollo: (() => QueryPlan) | null,
): CheckedPlan {
  let fromApollo: QueryPlan | null = null;
  let failure: unknown = null;
  try {
    fromApollo = planByApollo?.() ?? null;
  } catch (thrown) {
    if (thrown instanceof SluiceError) throw thrown;
    failure = thrown;
  }
  if (fromApollo && planFault(fromApollo, { asked, joined }) === null)
    return { plan: fromApollo, by: 'apollo' };
  const plain = soundPlainPlan(asked, joined);
  if (plain) return { plan: plain, by: 'plain' };
  if (fromApollo) return { plan: fromApollo, by: 'apollo' };
  throw failure ?? new Unplannable('There is no plain plan for this operation');
}

function soundPlainPlan(asked: AskedOperation, joined: JoinedSupergraph): QueryPlan | null {
  try {
    const plan = plainPlan(asked, joined);
    return planFault(plan, { asked, joined }) === null ? plan : null;
  } catch (failure) {
    if (failure instanceof Unplannable) return null;
    throw failure;
  }
}
