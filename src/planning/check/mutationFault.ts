import type { PlanNode, QueryPlan } from '@apollo/query-planner';
import { getOperationAST, parse } from 'graphql';
import { type AskedOperation, askedOperation, type ConditionValues } from '../askedOperation.ts';
import { type RootField, rootFields } from '../rootFields.ts';
import { always, both, implies, type When, whenIs } from '../when.ts';
import { renamedSelection } from './renamedSelection.ts';
import { type RunOrder, runOrders } from './runOrders.ts';
import { valueSets } from './valueSets.ts';

/**
 * Whether a plan does a field of a mutation twice, or in another order than was asked; null where it does not, and for other operations. That
 * no two fetches do one field is seen for all values of conditions, however many those are.
 */
export function mutationFault({ node }: QueryPlan, asked: AskedOperation): string | null {
  if (asked.definition.operation !== 'mutation' || !node || node.kind === 'Subscription') return null;
  for (const order of runOrders) {
    const fetches = fetchedFields(node, { order, when: always });
    const repeated = repeatedField(fetches);
    if (repeated !== null) return `${repeated} is done twice`;
    const fields = rootFields(asked);
    for (const values of valueSets(asked.conditions)) {
      const [wanted, done] = [namesWith(fields, values), namesWith(fetches.flat(), values)];
      if (wanted !== done) return `${wanted} is to be done, and ${done} is`;
    }
  }
  return null;
}

/** The fields of the mutation that each fetch does, on all the conditions they have. */
function fetchedFields(
  node: PlanNode,
  place: { readonly order: RunOrder; readonly when: When },
): readonly (readonly RootField[])[] {
  const { order, when } = place;
  switch (node.kind) {
    case 'Fetch': {
      if (node.requires) return [];
      const document = parse(node.operation, { noLocation: true });
      const definition = getOperationAST(document);
      if (definition?.operation !== 'mutation') return [];
      const selectionSet = renamedSelection(definition.selectionSet, node.outputRewrites ?? []);
      return [rootFields(askedOperation(document, { ...definition, selectionSet }), when)];
    }
    case 'Flatten':
      return fetchedFields(node.node, place);
    case 'Sequence':
      return node.nodes.flatMap((one) => fetchedFields(one, place));
    case 'Parallel':
      return (order === 'forwards' ? node.nodes : node.nodes.toReversed()).flatMap((one) =>
        fetchedFields(one, place),
      );
    case 'Condition':
      return [true, false].flatMap((value) => {
        const clause = value ? node.ifClause : node.elseClause;
        const joint = both(when, whenIs(node.condition, value));
        return clause && joint ? fetchedFields(clause, { order, when: joint }) : [];
      });
    default:
      return [];
  }
}

/** A name that two fetches have under conditions that can both hold; within one fetch a subgraph merges them. */
function repeatedField(fetches: readonly (readonly RootField[])[]): string | null {
  const before = new Map<string, When[]>();
  for (const fields of fetches) {
    const repeated = fields.find(({ name, when }) => before.get(name)?.some((other) => both(other, when)));
    if (repeated) return repeated.name;
    for (const { name, when } of fields) before.set(name, [...(before.get(name) ?? []), when]);
  }
  return null;
}

function namesWith(fields: readonly RootField[], values: ConditionValues): string {
  const known: When = { values, text: '' };
  return [...new Set(fields.filter(({ when }) => implies(known, when)).map(({ name }) => name))].join(' ');
}
