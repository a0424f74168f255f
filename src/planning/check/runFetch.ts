import type { FetchNode } from '@apollo/query-planner';
import { Kind, type OperationDefinitionNode, type SelectionSetNode } from 'graphql';
import type { ConditionValues } from '../askedOperation.ts';
import type { JoinedSupergraph } from '../joined/joinedSupergraph.ts';
import { Fault } from './fault.ts';
import { hasConditionThatExcludes } from './hasConditionThatExcludes.ts';
import type { HeldObject } from './heldObject.ts';
import { renamedSelection } from './renamedSelection.ts';
import { has, representation } from './representation.ts';
import { tell } from './tell.ts';

export interface FetchParts {
  readonly operation: OperationDefinitionNode;
  readonly targets: readonly HeldObject[];
  readonly joined: JoinedSupergraph;
  readonly values: ConditionValues;
  readonly made: (type: string) => HeldObject;
}

/** Adds what a fetch brings to the objects it is done for. */
export function runFetch(node: FetchNode, parts: FetchParts): void {
  const { operation, targets, joined, values, made } = parts;
  const subgraph = joined.subgraphs.get(node.serviceName);
  if (!subgraph) throw new Fault(`There is no subgraph ${node.serviceName}`);
  const context = { subgraph, joined, values, made };
  const { requires } = node;
  if (!requires) {
    const set = renamedSelection(operation.selectionSet, node.outputRewrites ?? []);
    for (const target of targets)
      tell(target, set, { ...context, view: target.type, provided: [], sent: null });
    return;
  }
  const set = renamedSelection(entitiesOf(operation), node.outputRewrites ?? []);
  const missing = hasConditionThatExcludes(operation, values) ? 'left out' : 'refused';
  for (const target of targets) {
    const sent = representation(target, requires, {
      schema: joined.schema,
      missing,
      rewrites: node.inputRewrites ?? [],
    });
    const view = sent ? subgraph.types.get(sent.sentAs) : undefined;
    if (!sent || !view) continue;
    const isFound = view.keys.some((key) => key.isResolvable && has(sent, key.fields, joined.schema));
    if (!isFound)
      throw new Fault(`${target.type} is asked of ${subgraph.name} without a key it can be found by`);
    // Found by an interface, it is of the type it has.
    const own = view.kind === 'interface' ? target.type : view.name;
    tell(target, set, { ...context, view: own, provided: [], sent });
  }
}

function entitiesOf({ selectionSet }: OperationDefinitionNode): SelectionSetNode {
  for (const selection of selectionSet.selections)
    if (selection.kind === Kind.FIELD && selection.selectionSet) return selection.selectionSet;
  throw new Fault('A fetch of entities that asks nothing of them');
}
