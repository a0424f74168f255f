import { type QueryPlan as ApolloQueryPlan, prettyFormatQueryPlan } from '@apollo/query-planner';
import { parse } from 'graphql';
import { overrideLabels } from '../supergraph/supergraph.ts';
import { createApolloPlanner } from './apolloPlanner.ts';
import { askedOperation } from './askedOperation.ts';
import { type CheckedPlan, checkedPlan, plainCheckedPlan } from './checkedPlan.ts';
import { createJoinedFor } from './joinedFor.ts';
import type { SupergraphFacts } from './queryPlan.ts';
import { type AskedDocument, type ReadDocument, readDocument } from './readDocument.ts';
import { refuseMisdone } from './refuseMisdone.ts';
import { createStopwatch } from './stopwatch.ts';

export interface AskedPlan extends AskedDocument {
  readonly overrides: ReadonlyMap<string, boolean>;
  /** `plain` wants the planner of our own alone. */
  readonly by: 'best' | 'plain';
  /** How long Apollo's planner may take. */
  readonly apolloMs: number;
  /** Whether the plan is wanted as text too. */
  readonly withText: boolean;
}

/** What came of it. */
export interface Planned {
  /** Null when none was found in time. */
  readonly found: (CheckedPlan & { readonly text: string | null }) | null;
  /** Whether Apollo's planner was stopped in the midst of its work, and should not be trusted with more. */
  readonly isWorn: boolean;
}

/** Plans for one supergraph, synchronously: for a thread that nobody else needs. */
export interface Planner {
  readonly facts: SupergraphFacts;
  plan(asked: AskedPlan): Planned;
}

export function createPlanner(supergraphSdl: string): Planner {
  const supergraph = parse(supergraphSdl, { noLocation: true });
  const apollo = createApolloPlanner(supergraph);
  const joinedFor = createJoinedFor(supergraph);
  // Read now, not on the time of the first document.
  joinedFor(new Map());
  const stopwatch = createStopwatch();
  let isWorn = false;

  function planByApollo(
    { document, definition }: ReadDocument,
    { overrides, apolloMs }: AskedPlan,
  ): ApolloQueryPlan | null {
    const outcome = stopwatch.within(apolloMs, () => apollo.plan(document, definition, overrides));
    isWorn ||= outcome === null;
    return outcome?.result ?? null;
  }

  function findPlan(asked: AskedPlan): CheckedPlan | null {
    const read = readDocument(asked, apollo.schema);
    const joined = joinedFor(asked.overrides);
    const operation = askedOperation(read.document, read.definition);
    if (!joined) {
      const plan = planByApollo(read, asked);
      if (plan) refuseMisdone(plan, operation);
      return plan && { plan, by: 'apollo' };
    }
    if (asked.by === 'plain') return plainCheckedPlan(operation, { joined });
    return checkedPlan(operation, { joined, planByApollo: () => planByApollo(read, asked) });
  }

  return {
    facts: { overrideLabels: overrideLabels(supergraph) },
    plan(asked) {
      const found = findPlan(asked);
      const text = found && asked.withText ? prettyFormatQueryPlan(found.plan) : null;
      return { found: found && { ...found, text }, isWorn };
    },
  };
}
