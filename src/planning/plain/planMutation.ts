import type { PlanNode } from '@apollo/query-planner';
import { type RootField, rootFields } from '../rootFields.ts';
import type { Want } from '../wanted.ts';
import type { When } from '../when.ts';
import { conditional } from './conditional.ts';
import type { Draft } from './draft.ts';
import { mergeDrafts } from './mergeDrafts.ts';
import { plainDrafts } from './plainDrafts.ts';
import type { PlainParts } from './plainParts.ts';
import { turns } from './turns.ts';
import { Unplannable } from './unplannable.ts';

/** What is done for one field of a mutation, or for several that one fetch does. */
interface Batch {
  readonly when: When;
  readonly drafts: readonly Draft[];
}

/** A mutation's fields, each done once, with all below it, before the next begins. */
export function planMutation(parts: PlainParts): PlanNode | undefined {
  const known = new Map<string, ReadonlyMap<string, Want>>();
  // Under the condition of its turn a field is selected in any case, merged with what is selected of it in other places.
  const wantOf = ({ name, when }: RootField): Want | undefined => {
    const wants =
      known.get(when.text) ?? new Map(parts.wantsWith(when.values).map((want) => [want.name.text, want]));
    known.set(when.text, wants);
    return wants.get(name);
  };
  const batches = turns(rootFields(parts.asked)).map((turn): Batch => {
    const want = wantOf(turn);
    if (want?.when.text !== '') throw new Unplannable(`${turn.name} is not wanted in its turn`);
    return { when: turn.when, drafts: mergeDrafts(plainDrafts([want], parts)) };
  });
  const nodes = inOneFetch(batches).flatMap(({ when, drafts }) => {
    const node = parts.nodeOf(drafts);
    return node ? [conditional(node, when)] : [];
  });
  return nodes.length > 1 ? { kind: 'Sequence', nodes } : nodes[0];
}

/** Joins those that follow each other in one subgraph with nothing to be done in between: it keeps their order itself. */
function inOneFetch(batches: readonly Batch[]): readonly Batch[] {
  const joined: Batch[] = [];
  for (const batch of batches) {
    const before = joined.at(-1);
    const [last, ...more] = before?.drafts ?? [];
    const [first] = batch.drafts;
    const isSame = before?.when.text === batch.when.text && last?.subgraph === first?.subgraph;
    if (last && more.length === 0 && isSame)
      joined.splice(-1, 1, { when: batch.when, drafts: mergeDrafts([last, ...batch.drafts]) });
    else joined.push(batch);
  }
  return joined;
}
