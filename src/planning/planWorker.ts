import { type MessagePort, parentPort } from 'node:worker_threads';
import { operationFromDocument, Supergraph } from '@apollo/federation-internals';
import { prettyFormatQueryPlan, QueryPlanner } from '@apollo/query-planner';
import {
  type DocumentNode,
  GraphQLError,
  type GraphQLSchema,
  getOperationAST,
  Kind,
  parse,
  specifiedRules,
  validate,
} from 'graphql';
import { SluiceError } from '../base/errors.ts';
import type { PlanCommand, PlanReply } from './planCommand.ts';
import type { QueryPlan } from './queryPlan.ts';

/** Entry of the worker thread: planners by supergraph, one document at a time. */

interface LoadedPlanner {
  readonly supergraph: Supergraph;
  readonly planner: QueryPlanner;
  readonly apiSchema: GraphQLSchema;
}

function serve(port: MessagePort): void {
  const planners = new Map<string, LoadedPlanner>();

  function answer(command: PlanCommand): PlanReply | null {
    switch (command.kind) {
      case 'load':
        planners.set(command.supergraphHash, loadPlanner(command.supergraphSdl));
        return { kind: 'loaded' };
      case 'forget':
        planners.delete(command.supergraphHash);
        return null;
      case 'plan': {
        const loaded = planners.get(command.supergraphHash);
        if (!loaded) throw new Error(`No planner is loaded for ${command.supergraphHash}`);
        return { kind: 'planned', result: planDocument(loaded, command) };
      }
    }
  }

  port.on('message', (command: PlanCommand) => {
    const reply = answerOrFault(() => answer(command));
    if (reply) port.postMessage(reply);
  });
}

function answerOrFault(answer: () => PlanReply | null): PlanReply | null {
  try {
    return answer();
  } catch (failure) {
    if (failure instanceof SluiceError)
      return {
        kind: 'refused',
        code: failure.code,
        message: failure.message,
        locations: failure.cause instanceof GraphQLError ? (failure.cause.locations ?? []) : [],
      };
    return { kind: 'failed', detail: failure instanceof Error ? String(failure.stack) : String(failure) };
  }
}

function loadPlanner(supergraphSdl: string): LoadedPlanner {
  // Features that only other parts enforce (@authenticated, @cost …) must not stop planning: null supports them all.
  const supergraph = Supergraph.build(supergraphSdl, { supportedFeatures: null });
  const apiSchema = supergraph.apiSchema().toGraphQLJSSchema();
  return { supergraph, planner: new QueryPlanner(supergraph), apiSchema };
}

interface Asked {
  readonly document: string;
  readonly operationName: string | null;
}

function planDocument(loaded: LoadedPlanner, { document: text, operationName }: Asked): QueryPlan {
  const document = parseDocument(text);
  const faults = validate(loaded.apiSchema, document, specifiedRules, { maxErrors: 1 });
  if (faults[0]) throw new SluiceError('GRAPHQL_VALIDATION_FAILED', faults[0].message, { cause: faults[0] });
  if (!getOperationAST(document, operationName)) throw unresolved(document, operationName);
  const operation = operationFromDocument(
    loaded.supergraph.apiSchema(),
    document,
    operationName === null ? {} : { operationName },
  );
  const plan = withinPlannerLimits(() => loaded.planner.buildQueryPlan(operation));
  return { plan, text: prettyFormatQueryPlan(plan) };
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

if (parentPort) serve(parentPort);
