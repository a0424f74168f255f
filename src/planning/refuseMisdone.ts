import type { QueryPlan } from '@apollo/query-planner';
import { SluiceError } from '../base/errors.ts';
import type { AskedOperation } from './askedOperation.ts';
import { mutationFault } from './check/mutationFault.ts';

/** A mutation that would be done twice, or in another order, is better not done: of that, unlike of other faults, the check is certain. */
export function refuseMisdone(plan: QueryPlan, asked: AskedOperation): void {
  const fault = mutationFault(plan, asked);
  if (fault === null) return;
  throw new SluiceError(
    'COST_LIMIT_EXCEEDED',
    'No plan was found that does each field of this mutation once and in its order: ask each of them in one place only, instead of in several under conditions.',
    { detail: fault },
  );
}
