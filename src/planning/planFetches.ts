import { type FetchNode, type PlanNode, planNodes } from './planNodes.ts';
import type { QueryPlan } from './queryPlan.ts';

/** The fetches of a plan in an order in which they may run; none where no subgraph is asked. */
export function planFetches(plan: QueryPlan['plan']): readonly FetchNode[] {
  return planNodes(plan.node as PlanNode | undefined).map(({ fetch }) => fetch);
}
