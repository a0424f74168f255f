import type { PlanNode } from '@apollo/query-planner';
import { conditional } from './conditional.ts';
import type { Draft } from './draft.ts';

/** Fetches as a plan: at once what can be, each after those it needs. */
export function planNodes(
  drafts: readonly Draft[],
  fetchOf: (draft: Draft) => PlanNode,
): PlanNode | undefined {
  const parts = connected(drafts).map((part) => inOrder(part, fetchOf));
  return parts.length > 1 ? { kind: 'Parallel', nodes: parts } : parts[0];
}

function inOrder(drafts: readonly Draft[], fetchOf: (draft: Draft) => PlanNode): PlanNode {
  const open = new Set(drafts);
  const waits = ({ after }: Draft): boolean => [...after].some((other) => open.has(other));
  const nodes = drafts
    .filter((draft) => !waits(draft))
    .map((draft) => conditional(fetchOf(draft), draft.when));
  const rest = planNodes(drafts.filter(waits), fetchOf);
  const [only] = nodes;
  const start: PlanNode = nodes.length === 1 && only ? only : { kind: 'Parallel', nodes };
  if (!rest) return start;
  return { kind: 'Sequence', nodes: [start, ...(rest.kind === 'Sequence' ? rest.nodes : [rest])] };
}

/** Parts that do not wait for each other, in the order of what is first in each. */
function connected(drafts: readonly Draft[]): readonly (readonly Draft[])[] {
  const parts = new Map<Draft, Draft[]>();
  for (const draft of drafts) {
    let part = [draft];
    for (const other of draft.after) {
      const theirs = parts.get(other);
      if (!theirs || theirs === part) continue;
      const [large, small] = theirs.length < part.length ? [part, theirs] : [theirs, part];
      for (const one of small) parts.set(one, large);
      large.push(...small);
      part = large;
    }
    parts.set(draft, part);
  }
  const order = new Map(drafts.map((draft, index) => [draft, index]));
  const byOrder = (a: Draft, b: Draft): number => (order.get(a) ?? 0) - (order.get(b) ?? 0);
  return [...new Set(drafts.map((draft) => parts.get(draft) ?? [draft]))].map((part) => part.sort(byOrder));
}
