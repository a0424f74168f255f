import { getOperationAST, parse } from 'graphql';
import { fetchIdsOf, type NamedTotals } from '../analytics/analytics.ts';
import { planFetches, type QueryPlan } from '../planning/planning.ts';
import { type ShownUsage, shownUsage } from './shownUsage.ts';

export interface FetchUsage extends ShownUsage {
  readonly subgraph: string;
  readonly operation: string;
}

/** The fetches of a plan, each with what was measured of those that fetch the same; `rows` have their ids as second names. */
export function fetchUsage(plan: QueryPlan['plan'], rows: readonly NamedTotals[]): readonly FetchUsage[] {
  const measured = new Map(rows.map((row) => [row.names[0], row]));
  return planFetches(plan).flatMap(({ serviceName: subgraph, operation }) => {
    const definition = getOperationAST(parse(operation, { noLocation: true }));
    const [id] = definition ? fetchIdsOf(definition) : [];
    const row = measured.get(id ?? '');
    return row ? [{ subgraph, operation, ...shownUsage(row) }] : [];
  });
}
