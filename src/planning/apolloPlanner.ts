import { operationFromDocument, Supergraph } from '@apollo/federation-internals';
import { type QueryPlan, QueryPlanner, type QueryPlannerConfig } from '@apollo/query-planner';
import type { DocumentNode, GraphQLSchema, OperationDefinitionNode } from 'graphql';
import { SluiceError } from '../base/errors.ts';
import { narrowSupergraph } from './narrowSupergraph.ts';

const config: QueryPlannerConfig = {
  // Of the three ways to write a subgraph's operation the shortest (2,148 characters for 16 fetches; 2,226 with the client's
  // fragments, 2,478 with generated ones) and no slower to plan.
  reuseQueryFragments: false,
  generateQueryFragments: false,
  // Where there are several ways the planner makes and weighs whole plans, 10,000 unless told otherwise, and each costs by the length of
  // the operation. In 50 shapes of operations the best of 100 had at most three fetches more, after milliseconds instead of up to 20 s.
  debug: { maxEvaluatedPlans: 100 },
};

export interface ApolloPlanner {
  /** What clients see. */
  readonly schema: GraphQLSchema;
  plan(
    document: DocumentNode,
    operation: OperationDefinitionNode,
    overrides: ReadonlyMap<string, boolean>,
  ): QueryPlan;
}

/** Apollo's query planner for one supergraph, which is pruned for operations that have very many ways. */
export function createApolloPlanner(supergraphDocument: DocumentNode): ApolloPlanner {
  const supergraph = buildSupergraph(supergraphDocument);
  const schema = supergraph.apiSchema().toGraphQLJSSchema();
  const wholePlanner = new QueryPlanner(supergraph, config);
  const narrowed = narrowSupergraph(supergraphDocument, schema);
  const plannerOf = (pruned: DocumentNode | null): QueryPlanner =>
    pruned ? new QueryPlanner(buildSupergraph(pruned), config) : wholePlanner;

  return {
    schema,
    plan(document, operation, overrides) {
      const planner = plannerOf(narrowed(document, operation));
      const named = operation.name ? { operationName: operation.name.value } : {};
      return withinPlannerLimits(() => {
        const read = operationFromDocument(planner.supergraph.apiSchema(), document, named);
        return planner.buildQueryPlan(read, { overrideConditions: new Map(overrides) });
      });
    },
  };
}

/** Features that only other parts enforce (@authenticated, @cost …) must not stop planning: null supports them all. */
function buildSupergraph(supergraph: DocumentNode): Supergraph {
  return Supergraph.build(supergraph, { supportedFeatures: null, validateSupergraph: false });
}

/** The planner has two limits of its own against fragments that multiply; it reports them as plain errors, known by their text only. */
function withinPlannerLimits<Result>(run: () => Result): Result {
  try {
    return run();
  } catch (failure) {
    const message = failure instanceof Error ? failure.message : '';
    if (/^(Exceeded maximum recursive selections|Number of non-local selections exceeds)/.test(message))
      throw new SluiceError(
        'RECURSION_LIMIT_EXCEEDED',
        'The fragments of the document spread into too many fields.',
        {
          cause: failure,
        },
      );
    throw failure;
  }
}
