import type { PlanNode, QueryPlan } from '@apollo/query-planner';
import { type FragmentDefinitionNode, Kind, type OperationDefinitionNode, visit } from 'graphql';
import { type AskedOperation, type ConditionValues, isExcluded, responseName } from '../askedOperation.ts';
import type { JoinedSupergraph } from '../joined/joinedSupergraph.ts';
import { createWanted, type ResponseName } from '../wanted.ts';
import { fetchNode } from './fetchNode.ts';
import { mergeDrafts } from './mergeDrafts.ts';
import { plainDrafts } from './plainDrafts.ts';
import { planNodes } from './planNodes.ts';
import { createRequiredNames } from './requiredNames.ts';
import { Unplannable } from './unplannable.ts';

/** With more conditions there are too many sets of values to plan each. */
const maxConditions = 6;

/**
 * A plan of our own, where Apollo's is wrong or does not come: each field from the subgraph at hand if that has it, else from the nearest
 * by a key. It takes more fetches than Apollo's, and names what keys and `@requires` need so that nothing is taken for it.
 * Each set of values that conditions may have is planned by itself. Throws `Unplannable` where no way is found.
 */
export function plainPlan(asked: AskedOperation, joined: JoinedSupergraph): QueryPlan {
  if (joined.usesContext) throw new Unplannable('Arguments from a context are not planned here');
  if (asked.conditions.length > maxConditions) throw new Unplannable('Too many conditions');
  if (asked.definition.operation === 'subscription')
    throw new Unplannable('Subscriptions are not planned here');
  const node = planFrom(0, new Map());
  return node ? { kind: 'QueryPlan', node } : { kind: 'QueryPlan' };

  function planFrom(index: number, values: ConditionValues): PlanNode | undefined {
    const condition = asked.conditions[index];
    if (condition === undefined) return planFor(asked, values, joined);
    const [ifClause, elseClause] = [true, false].map((value) =>
      planFrom(index + 1, new Map([...values, [condition, value]])),
    );
    if (JSON.stringify(ifClause) === JSON.stringify(elseClause)) return ifClause;
    return {
      kind: 'Condition',
      condition,
      ...(ifClause ? { ifClause } : {}),
      ...(elseClause ? { elseClause } : {}),
    };
  }
}

function planFor(
  { definition, fragments }: AskedOperation,
  values: ConditionValues,
  joined: JoinedSupergraph,
): PlanNode | undefined {
  const { schema } = joined;
  const root = schema.getRootType(definition.operation)?.name;
  if (root === undefined) throw new Unplannable(`There is no type for a ${definition.operation}`);
  const names = new Map<string, ResponseName>();
  const wanted = createWanted({
    schema,
    fragments,
    isExcluded: (directives) => isExcluded(directives, values),
    nameOf(field) {
      const text = responseName(field);
      const name = names.get(text) ?? { text };
      names.set(text, name);
      return name;
    },
  })([definition.selectionSet]);
  const wants = wanted.of(root).filter(({ field }) => !field.startsWith('__'));
  const required = createRequiredNames({ schema, claimed: claimedNames(definition, fragments) });
  // A mutation's fields are each done with all below them before the next begins.
  const batches = definition.operation === 'mutation' ? wants.map((want) => [want]) : [wants];
  let index = 0;
  const nodes = batches.flatMap((batch) => {
    const drafts = mergeDrafts(plainDrafts(batch, { root, joined, names: required }));
    return (
      planNodes(drafts, (draft) => fetchNode(draft, { schema, operation: definition, index: index++ })) ?? []
    );
  });
  return nodes.length > 1 ? { kind: 'Sequence', nodes } : nodes[0];
}

/** Response names that are not those of plain fields. */
function claimedNames(
  definition: OperationDefinitionNode,
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
): ReadonlySet<string> {
  const claimed = new Set<string>();
  visit(
    { kind: Kind.DOCUMENT, definitions: [definition, ...fragments.values()] },
    {
      [Kind.FIELD](field) {
        const isPlain = responseName(field) === field.name.value && (field.arguments ?? []).length === 0;
        if (!isPlain) claimed.add(responseName(field));
      },
    },
  );
  return claimed;
}
