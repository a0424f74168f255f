import type { PlanNode, QueryPlan } from '@apollo/query-planner';
import { Kind, visit } from 'graphql';
import { type AskedOperation, type ConditionValues, responseName } from '../askedOperation.ts';
import type { JoinedSupergraph } from '../joined/joinedSupergraph.ts';
import { wantedOperation } from '../wantedOperation.ts';
import { fetchNode } from './fetchNode.ts';
import { mergeDrafts } from './mergeDrafts.ts';
import { plainDrafts } from './plainDrafts.ts';
import { planNodes } from './planNodes.ts';
import { createRequiredNames, type RequiredNames } from './requiredNames.ts';
import { Unplannable } from './unplannable.ts';

/** With more conditions there are too many sets of values to plan each. */
const maxConditions = 8;
/** Places of objects in all these plans: one for more would be too large. */
const maxPositions = 10_000;

/**
 * A plan of our own, where Apollo's is wrong or does not come: each field from the subgraph at hand if that has it, else from the nearest
 * by a key. It takes more fetches than Apollo's, and names what keys and `@requires` need so that nothing is taken for it.
 * Each set of values that conditions may have is planned by itself. Throws `Unplannable` where no way is found.
 */
export function plainPlan(asked: AskedOperation, joined: JoinedSupergraph): QueryPlan {
  const { definition, conditions } = asked;
  const root = joined.schema.getRootType(definition.operation)?.name ?? '';
  if (joined.usesContext || definition.operation === 'subscription' || root === '')
    throw new Unplannable('Neither subscriptions nor arguments from a context are planned here');
  if (conditions.length > maxConditions) throw new Unplannable('The operation has too many conditions');
  const names = createRequiredNames({ schema: joined.schema, claimed: claimedNames(asked) });
  let left = maxPositions;
  const onPosition = (): void => {
    left -= 1;
    if (left < 0) throw new Unplannable('The operation asks for too much');
  };

  function planFrom(index: number, values: ConditionValues): PlanNode | undefined {
    const condition = conditions[index];
    if (condition === undefined) return planWith(values, { asked, joined, root, names, onPosition });
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

  const node = planFrom(0, new Map());
  return node ? { kind: 'QueryPlan', node } : { kind: 'QueryPlan' };
}

interface PlainParts {
  readonly asked: AskedOperation;
  readonly joined: JoinedSupergraph;
  readonly root: string;
  readonly names: RequiredNames;
  readonly onPosition: () => void;
}

function planWith(
  values: ConditionValues,
  { asked, joined, root, names, onPosition }: PlainParts,
): PlanNode | undefined {
  const { definition } = asked;
  const wants = wantedOperation(asked, values, joined.schema)
    .of(root)
    .filter(({ field }) => !field.startsWith('__'));
  // A mutation's fields are each done with all below them before the next begins.
  const batches = definition.operation === 'mutation' ? wants.map((want) => [want]) : [wants];
  let index = 0;
  const nodes = batches.flatMap((batch) => {
    const drafts = mergeDrafts(plainDrafts(batch, { root, joined, names, onPosition }));
    const node = planNodes(drafts, (draft) =>
      fetchNode(draft, { schema: joined.schema, operation: definition, index: index++ }),
    );
    return node ?? [];
  });
  return nodes.length > 1 ? { kind: 'Sequence', nodes } : nodes[0];
}

/** Response names that are not those of plain fields. */
function claimedNames({ definition, fragments }: AskedOperation): ReadonlySet<string> {
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
