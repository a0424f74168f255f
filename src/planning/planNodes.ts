import type { QueryPlan } from './queryPlan.ts';

export type PlanNode = Exclude<NonNullable<QueryPlan['plan']['node']>, { kind: 'Subscription' }>;
export type FetchNode = Extract<PlanNode, { kind: 'Fetch' }>;

/** A fetch of a plan, and where what it brings goes: response names, without lists and types. */
interface PlacedFetch {
  readonly fetch: FetchNode;
  readonly path: string;
}

/** The fetches of a plan in an order in which they may run. */
export function planNodes(node: PlanNode | undefined, path: readonly string[] = []): readonly PlacedFetch[] {
  switch (node?.kind) {
    case 'Fetch':
      return [{ fetch: node, path: path.join('.') }];
    case 'Flatten':
      return planNodes(node.node as PlanNode, [...path, ...node.path.map(String).filter(isName)]);
    case 'Sequence':
    case 'Parallel':
      return node.nodes.flatMap((child) => planNodes(child as PlanNode, path));
    case 'Condition':
      return [node.ifClause, node.elseClause].flatMap((clause) => planNodes(clause as PlanNode, path));
    default:
      return [];
  }
}

function isName(step: string): boolean {
  return /^[_A-Za-z]\w*$/.test(step);
}
