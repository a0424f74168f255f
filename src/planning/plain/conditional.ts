import type { PlanNode } from '@apollo/query-planner';
import type { When } from '../when.ts';

/** A step of a plan that is done only where a condition holds. */
export function conditional(node: PlanNode, { values }: When): PlanNode {
  return [...values].reduce<PlanNode>(
    (inner, [condition, value]) => ({
      kind: 'Condition',
      condition,
      ...(value ? { ifClause: inner } : { elseClause: inner }),
    }),
    node,
  );
}
