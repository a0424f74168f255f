import { operationFromDocument, Supergraph } from '@apollo/federation-internals';
import { prettyFormatQueryPlan, QueryPlanner, type QueryPlannerConfig } from '@apollo/query-planner';
import { type DocumentNode, getOperationAST, Kind, parse, specifiedRules, validate } from 'graphql';
import { SluiceError } from '../base/errors.ts';
import { overrideLabels } from './overrideLabels.ts';
import type { QueryPlan, SupergraphFacts } from './queryPlan.ts';

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
  // Features that only other parts enforce (@authenticated, @cost …) must not stop planning: null supports them all.
  const supergraph = Supergraph.build(supergraphSdl, { supportedFeatures: null, validateSupergraph: false });
  const apiSchema = supergraph.apiSchema();
  const validationSchema = apiSchema.toGraphQLJSSchema();
  const planner = new QueryPlanner(supergraph, config);

  return {
    facts: { overrideLabels: overrideLabels(supergraphSdl) },
    plan({ document: text, operationName, overrides }) {
      const document = parseDocument(text);
      const [fault] = validate(validationSchema, document, specifiedRules, { maxErrors: 1 });
      if (fault) throw new SluiceError('GRAPHQL_VALIDATION_FAILED', fault.message, { cause: fault });
      if (!getOperationAST(document, operationName)) throw unresolved(document, operationName);
      const named = operationName === null ? {} : { operationName };
      const operation = operationFromDocument(apiSchema, document, named);
      const plan = withinPlannerLimits(() =>
        planner.buildQueryPlan(operation, { overrideConditions: new Map(overrides) }),
      );
      return { plan, text: prettyFormatQueryPlan(plan) };
    },
  };
}

const config: QueryPlannerConfig = {};

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
