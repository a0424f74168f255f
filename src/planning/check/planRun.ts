import type { FetchNode, PlanNode } from '@apollo/query-planner';
import { getOperationAST, type OperationDefinitionNode, parse } from 'graphql';
import type { ConditionValues } from '../askedOperation.ts';
import type { JoinedSupergraph } from '../joined/joinedSupergraph.ts';
import { Fault } from './fault.ts';
import { type HeldObject, heldObject } from './heldObject.ts';
import { overlapOf } from './overlapOf.ts';
import { runFetch } from './runFetch.ts';
import type { RunOrder } from './runOrders.ts';

/**
 * What a plan has in the end, for one set of values of conditions; throws a `Fault` where it asks what cannot be told rightly. Steps that
 * are parallel are done one after the other, as they stand or the other way round.
 */
export type PlanRun = (values: ConditionValues, order: RunOrder) => HeldObject;

/** Objects of a type at a place; a plan with more is too large to look through. */
const maxObjects = 20_000;

export function createPlanRun(
  node: PlanNode | undefined,
  { joined, root }: { readonly joined: JoinedSupergraph; readonly root: string },
): PlanRun {
  const parsed = new Map<FetchNode, OperationDefinitionNode>();

  function operationOf(fetch: FetchNode): OperationDefinitionNode {
    const known = parsed.get(fetch) ?? getOperationAST(parse(fetch.operation, { noLocation: true }));
    if (!known) throw new Fault('A fetch without an operation');
    if (!parsed.has(fetch)) {
      const subgraph = joined.subgraphs.get(fetch.serviceName);
      const overlap = subgraph ? overlapOf(known.selectionSet, { subgraph, root }) : null;
      if (overlap !== null) throw new Fault(overlap);
      parsed.set(fetch, known);
    }
    return known;
  }

  return (values, order) => {
    const data = { ...heldObject(root), told: root };
    let left = maxObjects;
    const made = (type: string): HeldObject => {
      left -= 1;
      if (left < 0) throw new TooLarge();
      return heldObject(type);
    };

    function run(step: PlanNode, path: readonly string[]): void {
      switch (step.kind) {
        case 'Fetch':
          runFetch(step, {
            operation: operationOf(step),
            targets: targetsAt(data, path),
            joined,
            values,
            made,
          });
          break;
        case 'Flatten':
          run(step.node, [...path, ...step.path.map(String)]);
          break;
        case 'Sequence':
          for (const one of step.nodes) run(one, path);
          break;
        case 'Parallel':
          for (const one of order === 'forwards' ? step.nodes : step.nodes.toReversed()) run(one, path);
          break;
        case 'Condition': {
          const clause = values.get(step.condition) ? step.ifClause : step.elseClause;
          if (clause) run(clause, path);
          break;
        }
        default:
          throw new TooLarge();
      }
    }

    if (node) run(node, []);
    return data;
  };
}

/** Thrown where looking through a plan would take too long. */
export class TooLarge extends Error {}

function targetsAt(data: HeldObject, path: readonly string[]): readonly HeldObject[] {
  let level: readonly HeldObject[] = [data];
  for (const name of path)
    if (name !== '@') level = level.flatMap(({ fields }) => [...(fields.get(name)?.objects?.values() ?? [])]);
  return level;
}
