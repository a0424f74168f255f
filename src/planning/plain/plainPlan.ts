import type { QueryPlan } from '@apollo/query-planner';
import { Kind, visit } from 'graphql';
import { type AskedOperation, responseName } from '../askedOperation.ts';
import type { JoinedSupergraph } from '../joined/joinedSupergraph.ts';
import { wantedOperation } from '../wantedOperation.ts';
import type { Draft } from './draft.ts';
import { fetchNode } from './fetchNode.ts';
import { mergeDrafts } from './mergeDrafts.ts';
import { plainDrafts } from './plainDrafts.ts';
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
  const wants = wantedOperation(asked, joined.schema)
    .of(root)
    .filter(({ field }) => !field.startsWith('__'));
  const isMutation = definition.operation === 'mutation';
  if (isMutation && new Set(wants.map(({ name }) => name)).size < wants.length)
    throw new Unplannable('A field of a mutation under several conditions could be done twice');
  // A mutation's fields are each done with all below them before the next begins.
  const batches = (isMutation ? wants.map((want) => [want]) : [wants]).map((batch) =>
    mergeDrafts(plainDrafts(batch, { root, joined, names, onPosition })),
  );
  let index = 0;
  const nodes = inOneFetch(batches).flatMap((drafts) => {
    const node = planNodes(drafts, (draft) =>
      fetchNode(draft, { schema: joined.schema, operation: definition, index: index++ }),
    );
    return node ?? [];
  });
  const [only] = nodes;
  if (!only) return { kind: 'QueryPlan' };
  return { kind: 'QueryPlan', node: nodes.length === 1 ? only : { kind: 'Sequence', nodes } };
}

/** Joins those that follow each other in one subgraph with nothing to be done in between: it keeps their order itself. */
function inOneFetch(batches: readonly (readonly Draft[])[]): readonly (readonly Draft[])[] {
  const joined: (readonly Draft[])[] = [];
  for (const batch of batches) {
    const [last, ...more] = joined.at(-1) ?? [];
    const [first] = batch;
    const isNext = last?.subgraph === first?.subgraph && last?.when.text === first?.when.text;
    if (last && more.length === 0 && isNext) joined.splice(-1, 1, mergeDrafts([last, ...batch]));
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
