import type { QueryPlan } from '@apollo/query-planner';
import { SluiceError } from '../base/errors.ts';
import type { AskedOperation } from './askedOperation.ts';
import { planFault } from './check/planFault.ts';
import type { JoinedSupergraph } from './joined/joinedSupergraph.ts';
import { plainPlan } from './plain/plainPlan.ts';
import { Unplannable } from './plain/unplannable.ts';
import { refuseMisdone } from './refuseMisdone.ts';
import { requiresOfInterfaceObject } from './requiresOfInterfaceObject.ts';
import { orderDepends } from './rootFields.ts';

export interface CheckedPlan {
  readonly plan: QueryPlan;
  readonly by: 'apollo' | 'plain';
}

export interface Planners {
  readonly joined: JoinedSupergraph;
  /** Gives null when it took too long. */
  planByApollo(): QueryPlan | null;
}

/**
 * Apollo's plan if it is found right, else a plain one that is. Where neither is, Apollo's stays, for the check may err as well, but not for
 * a mutation that it would do twice. Null when Apollo's planner took too long and there is no plain plan.
 */
export function checkedPlan(asked: AskedOperation, planners: Planners): CheckedPlan | null {
  const early = isPlainFirst(asked, planners) ? plainCheckedPlan(asked, planners) : null;
  if (early) return early;
  let plan: QueryPlan | null;
  try {
    plan = planners.planByApollo();
  } catch (failure) {
    const instead = failure instanceof SluiceError ? null : plainCheckedPlan(asked, planners);
    if (!instead) throw failure;
    return instead;
  }
  if (plan && planFault(plan, { asked, joined: planners.joined }) === null) return { plan, by: 'apollo' };
  const plain = plainCheckedPlan(asked, planners);
  if (plain || !plan) return plain;
  refuseMisdone(plan, asked);
  return { plan, by: 'apollo' };
}

/**
 * What Apollo's planner makes of requirements of interface objects is mostly wrong, and for some it takes forever. The order of a mutation
 * that depends on conditions it does not keep, and with many conditions the check does not see all of them.
 */
function isPlainFirst(asked: AskedOperation, { joined }: Planners): boolean {
  return requiresOfInterfaceObject(asked, joined) || orderDepends(asked);
}

/** A plain plan, if there is one and it is found right. */
export function plainCheckedPlan(
  asked: AskedOperation,
  { joined }: Pick<Planners, 'joined'>,
): CheckedPlan | null {
  try {
    const plan = plainPlan(asked, joined);
    return planFault(plan, { asked, joined }) === null ? { plan, by: 'plain' } : null;
  } catch (failure) {
    if (failure instanceof Unplannable) return null;
    throw failure;
  }
}
