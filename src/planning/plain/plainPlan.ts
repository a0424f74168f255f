import type { PlanNode, QueryPlan } from '@apollo/query-planner';
import { Kind, visit } from 'graphql';
import { type AskedOperation, type ConditionValues, responseName } from '../askedOperation.ts';
import type { JoinedSupergraph } from '../joined/joinedSupergraph.ts';
import { rootFields } from '../rootFields.ts';
import { wantedOperation } from '../wantedOperation.ts';
import type { Draft } from './draft.ts';
import { fetchNode } from './fetchNode.ts';
import { mergeDrafts } from './mergeDrafts.ts';
import { plainDrafts } from './plainDrafts.ts';
import { planNodes } from './planNodes.ts';
import { createRequiredNames, type RequiredNames } from './requiredNames.ts';
import { Unplannable } from './unplannable.ts';

/** Places of objects in a plan: one for more would be too large. */
const maxPositions = 10_000;
/** With more conditions on the fields of a mutation there are too many orders they may have. */
const maxRootConditions = 5;

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
  const parts: PlainParts = { asked, joined, root, names, onPosition };
  const node = definition.operation === 'mutation' ? planMutation(parts) : planRoot(new Map(), parts);
  return node ? { kind: 'QueryPlan', node } : { kind: 'QueryPlan' };
}

interface PlainParts {
  readonly asked: AskedOperation;
  readonly joined: JoinedSupergraph;
  readonly root: string;
  readonly names: RequiredNames;
  readonly onPosition: () => void;
}

/** In which order the fields of a mutation are done may depend on their conditions: each set of values of those is planned by itself. */
function planMutation(parts: PlainParts): PlanNode | undefined {
  const conditions = new Set(rootFields(parts.asked).flatMap(({ when }) => [...when.values.keys()]));
  if (conditions.size > maxRootConditions) throw new Unplannable('Too many conditions on a mutation');

  function planWith([condition, ...rest]: readonly string[], values: ConditionValues): PlanNode | undefined {
    if (condition === undefined) return planRoot(values, parts);
    const [ifClause, elseClause] = [true, false].map((value) =>
      planWith(rest, new Map([...values, [condition, value]])),
    );
    if (!ifClause && !elseClause) return undefined;
    return {
      kind: 'Condition',
      condition,
      ...(ifClause ? { ifClause } : {}),
      ...(elseClause ? { elseClause } : {}),
    };
  }

  return planWith([...conditions], new Map());
}

function planRoot(values: ConditionValues, parts: PlainParts): PlanNode | undefined {
  const { asked, joined, root } = parts;
  const { operation } = asked.definition;
  const wants = wantedOperation(asked, joined.schema, values)
    .of(root)
    .filter(({ field }) => !field.startsWith('__'));
  // A mutation's fields are each done with all below them before the next begins.
  const batches = (operation === 'mutation' ? wants.map((want) => [want]) : [wants]).map((batch) =>
    mergeDrafts(plainDrafts(batch, parts)),
  );
  let index = 0;
  const nodes = inOneFetch(batches).flatMap((drafts) => {
    const node = planNodes(drafts, (draft) =>
      fetchNode(draft, { schema: joined.schema, operation: asked.definition, index: index++ }),
    );
    return node ?? [];
  });
  return nodes.length > 1 ? { kind: 'Sequence', nodes } : nodes[0];
}

/** Joins those that follow each other in one subgraph with nothing to be done in between: it keeps their order itself. */
function inOneFetch(batches: readonly (readonly Draft[])[]): readonly (readonly Draft[])[] {
  const joined: (readonly Draft[])[] = [];
  for (const batch of batches) {
    const [last, ...more] = joined.at(-1) ?? [];
    const [first] = batch;
    if (last && more.length === 0 && last.subgraph === first?.subgraph)
      joined.splice(-1, 1, mergeDrafts([last, ...batch]));
    else joined.push(batch);
  }
  return joined;
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
