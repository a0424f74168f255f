import type { PlanNode, QueryPlan } from '@apollo/query-planner';
import { Kind, visit } from 'graphql';
import { type AskedOperation, responseName } from '../askedOperation.ts';
import type { JoinedSupergraph } from '../joined/joinedSupergraph.ts';
import { wantedOperation } from '../wantedOperation.ts';
import { fetchNode } from './fetchNode.ts';
import { mergeDrafts } from './mergeDrafts.ts';
import { plainDrafts } from './plainDrafts.ts';
import type { PlainParts } from './plainParts.ts';
import { planMutation } from './planMutation.ts';
import { planNodes } from './planNodes.ts';
import { createRequiredNames } from './requiredNames.ts';
import { Unplannable } from './unplannable.ts';

/** Places of objects in a plan: one for more would be too large. */
const maxPositions = 10_000;

/**
 * A plan of our own, where Apollo's is wrong or does not come: each field from the subgraph at hand if that has it, else from the nearest
 * by a key. It takes a few fetches more than Apollo's, and names what keys and `@requires` need so that nothing is taken for it. Throws
 * `Unplannable` where no way is found.
 */
export function plainPlan(asked: AskedOperation, joined: JoinedSupergraph): QueryPlan {
  const { definition } = asked;
  const root = joined.schema.getRootType(definition.operation)?.name ?? '';
  if (joined.usesContext || definition.operation === 'subscription' || root === '')
    throw new Unplannable('Neither subscriptions nor arguments from a context are planned here');
  const names = createRequiredNames({ schema: joined.schema, claimed: claimedNames(asked) });
  let left = maxPositions;
  const onPosition = (): void => {
    left -= 1;
    if (left < 0) throw new Unplannable('The operation asks for too much');
  };
  let index = 0;
  const parts: PlainParts = {
    asked,
    joined,
    root,
    names,
    onPosition,
    wantsWith: (values) =>
      wantedOperation(asked, joined.schema, values)
        .of(root)
        .filter(({ field }) => !field.startsWith('__')),
    nodeOf: (drafts) =>
      planNodes(drafts, (draft) =>
        fetchNode(draft, { schema: joined.schema, operation: definition, index: index++ }),
      ),
  };
  const node = definition.operation === 'mutation' ? planMutation(parts) : planQuery(parts);
  return node ? { kind: 'QueryPlan', node } : { kind: 'QueryPlan' };
}

function planQuery(parts: PlainParts): PlanNode | undefined {
  return parts.nodeOf(mergeDrafts(plainDrafts(parts.wantsWith(new Map()), parts)));
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
