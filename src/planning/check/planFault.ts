import type { QueryPlan } from '@apollo/query-planner';
import type { GraphQLSchema } from 'graphql';
import type { AskedOperation, ConditionValues } from '../askedOperation.ts';
import type { JoinedSupergraph } from '../joined/joinedSupergraph.ts';
import type { Wanted } from '../wanted.ts';
import { wantedOperation } from '../wantedOperation.ts';
import { Fault } from './fault.ts';
import { lackOf } from './lackOf.ts';
import { mutationFault } from './mutationFault.ts';
import { createPlanRun, type PlanRun, TooLarge } from './planRun.ts';
import { runOrders } from './runOrders.ts';
import { vainField } from './vainField.ts';
import { valueSets } from './valueSets.ts';

/**
 * What is wrong with a plan, null when nothing was found. It is carried out on types alone: each fetch gives what its subgraph tells of
 * an object of each type, entities only by keys that can be resolved, fields with `@requires` only for representations that have all
 * of it, under the right arguments. In the end all that the operation asks has to be there, and nothing asked in vain that could
 * spoil an answer, and fields of a mutation done each once. Plans too large to look through count as right.
 */
export function planFault(
  plan: QueryPlan,
  { asked, joined }: { readonly asked: AskedOperation; readonly joined: JoinedSupergraph },
): string | null {
  const { node } = plan;
  const { definition, conditions } = asked;
  const misdone = mutationFault(plan, asked);
  if (misdone !== null) return misdone;
  const root = joined.schema.getRootType(definition.operation)?.name;
  if (root === undefined || joined.usesContext || node?.kind === 'Subscription') return null;
  const run = createPlanRun(node, { joined, root });
  for (const values of valueSets(conditions)) {
    const wanted = wantedOperation(asked, joined.schema, values);
    const fault = faultWith(values, { run, wanted, schema: joined.schema });
    if (fault !== null) return fault;
  }
  return null;
}

function faultWith(
  values: ConditionValues,
  { run, wanted, schema }: { readonly run: PlanRun; readonly wanted: Wanted; readonly schema: GraphQLSchema },
): string | null {
  try {
    for (const order of runOrders) {
      const data = run(values, order);
      const fault = lackOf(data, wanted, schema) ?? vainField(data);
      if (fault !== null) return fault;
    }
    return null;
  } catch (failure) {
    if (failure instanceof Fault) return failure.message;
    if (failure instanceof TooLarge) return null;
    throw failure;
  }
}
