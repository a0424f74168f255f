import type { QueryPlan } from '@apollo/query-planner';
import type { GraphQLSchema } from 'graphql';
import type { AskedOperation, ConditionValues } from '../askedOperation.ts';
import type { JoinedSupergraph } from '../joined/joinedSupergraph.ts';
import type { Wanted } from '../wanted.ts';
import { wantedOperation } from '../wantedOperation.ts';
import { Fault } from './fault.ts';
import type { HeldObject } from './heldObject.ts';
import { lackOf } from './lackOf.ts';
import { createPlanRun, type PlanRun, runOrders, TooLarge } from './planRun.ts';
import { vainField } from './vainField.ts';

/** With more conditions not every set of their values is tried: all true, all false, and each the other way. */
const maxAllSets = 4;

/**
 * What is wrong with a plan, null when nothing was found. It is carried out on types alone: each fetch gives what its subgraph tells of
 * an object of each type, entities only by keys that can be resolved, fields with `@requires` only for representations that have all
 * of it, under the right arguments. In the end all that the operation asks has to be there, and nothing asked in vain that could
 * spoil an answer. Plans too large to look through count as right.
 */
export function planFault(
  { node }: QueryPlan,
  { asked, joined }: { readonly asked: AskedOperation; readonly joined: JoinedSupergraph },
): string | null {
  const { definition, conditions } = asked;
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
      const fault = lackOf(data, wanted, schema) ?? vainField(data) ?? disorderOf(data, { wanted, schema });
      if (fault !== null) return fault;
    }
    return null;
  } catch (failure) {
    if (failure instanceof Fault) return failure.message;
    if (failure instanceof TooLarge) return null;
    throw failure;
  }
}

/** Fields of a mutation are done in their order. */
function disorderOf(
  { type, fields }: HeldObject,
  { wanted, schema }: { readonly wanted: Wanted; readonly schema: GraphQLSchema },
): string | null {
  if (type !== schema.getMutationType()?.name) return null;
  const done = [...fields.keys()];
  const order = wanted.of(type).filter(({ field }) => field !== '__typename');
  return order.every(({ name }, index) => name.text === done[index])
    ? null
    : `The fields of the mutation are done in the order ${done.join(' ')}`;
}

function valueSets(conditions: readonly string[]): readonly ConditionValues[] {
  const all = (value: (name: string, index: number) => boolean): ConditionValues =>
    new Map(conditions.map((name, index) => [name, value(name, index)]));
  if (conditions.length <= maxAllSets)
    return Array.from({ length: 2 ** conditions.length }, (_, set) =>
      all((_name, index) => (set & (1 << index)) !== 0),
    );
  return [true, false].flatMap((value) => [
    all(() => value),
    ...conditions.map((one) => all((name) => (name === one) !== value)),
  ]);
}
