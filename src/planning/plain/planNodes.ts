import type { PlanNode } from '@apollo/query-planner';
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
  const first = drafts.filter(({ after }) => !drafts.some((other) => after.has(other)));
  const rest = planNodes(
    drafts.filter((draft) => !first.includes(draft)),
    fetchOf,
  );
  const nodes = first.map(fetchOf);
  const [only] = nodes;
  const start: PlanNode = nodes.length === 1 && only ? only : { kind: 'Parallel', nodes };
  if (!rest) return start;
  return { kind: 'Sequence', nodes: [start, ...(rest.kind === 'Sequence' ? rest.nodes : [rest])] };
}

/** Parts that do not wait for each other. */
function connected(drafts: readonly Draft[]): readonly (readonly Draft[])[] {
  const parts: Set<Draft>[] = [];
  for (const draft of drafts) {
    const own = new Set([draft]);
    for (const part of [...parts]) {
      if (![...part].some((other) => draft.after.has(other))) continue;
      for (const other of part) own.add(other);
      parts.splice(parts.indexOf(part), 1);
    }
    parts.push(own);
  }
  return parts.map((part) => drafts.filter((draft) => part.has(draft)));
}
