import { prettyFormatQueryPlan } from '@apollo/query-planner';
import { parse } from 'graphql';
import { createApolloPlanner } from './apolloPlanner.ts';
import { askedOperation } from './askedOperation.ts';
import { type CheckedPlan, checkedPlan } from './checkedPlan.ts';
import { createJoinedFor } from './joinedFor.ts';
import { overrideLabels } from './overrideLabels.ts';
import type { QueryPlan, SupergraphFacts } from './queryPlan.ts';
import { type AskedDocument, readDocument } from './readDocument.ts';

export interface AskedPlan extends AskedDocument {
  readonly overrides: ReadonlyMap<string, boolean>;
  readonly by: 'best' | 'plain';
}

/** Plans for one supergraph, synchronously: for a thread that nobody else needs. */
export interface Planner {
  readonly facts: SupergraphFacts;
  plan(asked: AskedPlan): QueryPlan;
}

export function createPlanner(supergraphSdl: string): Planner {
  const supergraph = parse(supergraphSdl, { noLocation: true });
  const apollo = createApolloPlanner(supergraph);
  const joinedFor = createJoinedFor(supergraph);

  return {
    facts: { overrideLabels: overrideLabels(supergraph) },
    plan(asked) {
      const { document, definition } = readDocument(asked, apollo.schema);
      const byApollo = () => apollo.plan(document, definition, asked.overrides);
      const joined = joinedFor(asked.overrides);
      const { plan, by }: CheckedPlan = joined
        ? checkedPlan(askedOperation(document, definition), joined, asked.by === 'plain' ? null : byApollo)
        : { plan: byApollo(), by: 'apollo' };
      return { plan, by, text: prettyFormatQueryPlan(plan) };
    },
  };
}
