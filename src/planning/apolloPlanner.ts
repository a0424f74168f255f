import { operationFromDocument, Supergraph } from '@apollo/federation-internals';
import { prettyFormatQueryPlan, QueryPlanner, type QueryPlannerConfig } from '@apollo/query-planner';
import { type DocumentNode, getOperationAST, Kind, parse, specifiedRules, validate } from 'graphql';
import { SluiceError } from '../base/errors.ts';
import { overrideLabels } from '../supergraph/supergraph.ts';
import { narrowSupergraph } from './narrowSupergraph.ts';
import type { QueryPlan, SupergraphFacts } from './queryPlan.ts';

const config: QueryPlannerConfig = {
  // Of the three ways to write a subgraph's operation the shortest (2,148 characters for 16 fetches; 2,226 with the client's
  // fragments, 2,478 with generated ones) and no slower to plan.
  reuseQueryFragments: false,
  generateQueryFragments: false,
  // Where there are several ways the planner makes and weighs whole plans, 10,000 unless told otherwise, and each costs by the length of
  // the operation. In 50 shapes of operations the best of 100 had at most three fetches more, after milliseconds instead of up to 20 s.
  debug: { maxEvaluatedPlans: 100 },
};

export interface AskedPlan {
  readonly document: string;
  readonly operationName: string | null;
  readonly overrides: ReadonlyMap<string, boolean>;
}

/** Plans for one supergraph, synchronously: for a thread that nobody else needs. */
export interface ApolloPlanner {
  readonly facts: SupergraphFacts;
  plan(asked: AskedPlan): QueryPlan;
}

export function createApolloPlanner(supergraphSdl: string): ApolloPlanner {
  const supergraphDocument = parse(supergraphSdl, { noLocation: true });
  const supergraph = buildSupergraph(supergraphDocument);
  const schema = supergraph.apiSchema().toGraphQLJSSchema();
  const wholePlanner = new QueryPlanner(supergraph, config);
  const narrowed = narrowSupergraph(supergraphDocument, schema);
  const plannerOf = (pruned: DocumentNode | null): QueryPlanner =>
    pruned ? new QueryPlanner(buildSupergraph(pruned), config) : wholePlanner;

  return {
    facts: { overrideLabels: overrideLabels(supergraphDocument) },
    plan({ document: text, operationName, overrides }) {
      const document = parseDocument(text);
      const [fault] = validate(schema, document, specifiedRules, { maxErrors: 1 });
      if (fault) throw new SluiceError('GRAPHQL_VALIDATION_FAILED', fault.message, { cause: fault });
      const found = getOperationAST(document, operationName);
      if (!found) throw unresolved(document, operationName);
      const planner = plannerOf(narrowed(document, found));
      const named = operationName === null ? {} : { operationName };
      const plan = withinPlannerLimits(() => {
        const operation = operationFromDocument(planner.supergraph.apiSchema(), document, named);
        return planner.buildQueryPlan(operation, { overrideConditions: new Map(overrides) });
      });
      return { plan, text: prettyFormatQueryPlan(plan) };
    },
  };
}

/** Features that only other parts enforce (@authenticated, @cost …) must not stop planning: null supports them all. */
function buildSupergraph(supergraph: DocumentNode): Supergraph {
  return Supergraph.build(supergraph, { supportedFeatures: null, validateSupergraph: false });
}

function parseDocument(text: string): DocumentNode {
  try {
    return parse(text);
  } catch (failure) {
    const message = failure instanceof Error ? failure.message : String(failure);
    throw new SluiceError('GRAPHQL_PARSE_FAILED', message, { cause: failure });
  }
}

function unresolved(document: DocumentNode, operationName: string | null): SluiceError {
  const names = document.definitions
    .filter((definition) => definition.kind === Kind.OPERATION_DEFINITION)
    .map((definition) => definition.name?.value ?? '(unnamed)');
  const found = names.length > 0 ? `it holds ${names.join(', ')}` : 'it holds none';
  return new SluiceError(
    'OPERATION_RESOLUTION_FAILURE',
    operationName === null
      ? `Which operation of the document is meant must be said by name: ${found}.`
      : `The document has no operation named ${operationName}: ${found}.`,
  );
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
