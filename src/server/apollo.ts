import {
  ApolloServer,
  type ApolloServerOptionsWithGateway,
  type ApolloServerPlugin,
  type GraphQLResponse,
  HeaderMap,
  type HTTPGraphQLRequest,
} from '@apollo/server';
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginInlineTraceDisabled,
  ApolloServerPluginLandingPageDisabled,
  ApolloServerPluginSchemaReportingDisabled,
  ApolloServerPluginUsageReportingDisabled,
} from '@apollo/server/plugin/disabled';
import { buildSchema, type DocumentNode, type FormattedExecutionResult, parse } from 'graphql';
import type { GatewayPlugin, PluginContext } from '../model/gatewayPlugin.ts';
import type { Log } from '../model/log.ts';
import {
  type Admitted,
  type Asked,
  type Identified,
  type Pipeline,
  type Prepared,
  type Refusal,
  refusalOf,
} from '../request/request.ts';
import { batchHeaders } from './batchHeaders.ts';
import type { Answer } from './respond.ts';
import { stringifyResult } from './stringifyResult.ts';
import { type ApolloWalk, walkApolloPlugins } from './walkApolloPlugins.ts';
import { withRequestId } from './withRequestId.ts';

type GatewayInterface = ApolloServerOptionsWithGateway<Context>['gateway'];

/** What our steps share with Apollo Server's hooks. Apollo clones the context value, so one object of ours stands in it. */
interface Context extends PluginContext {
  readonly identified: Identified;
}

/** A result as it is sent, after all plugins. */
export type SentResult = FormattedExecutionResult<unknown, unknown>;

export interface ApolloAnswer extends Answer {
  /** Null for a batch, and where Apollo Server failed before there was one. */
  readonly result: SentResult | null;
}

export interface ApolloDoor {
  start(): Promise<void>;
  /** Steps 2 to 4 of an admitted request, as Apollo Server runs them. Throws what `identify` refused. */
  answer(admitted: Admitted): Promise<ApolloAnswer>;
  stop(): Promise<void>;
}

export interface ApolloParts {
  readonly pipeline: Pipeline;
  /** Those whose Apollo hooks are to be called, in order. */
  readonly plugins: readonly GatewayPlugin[];
  readonly log: Log;
}

/**
 * The front door's GraphQL half: Apollo Server, given a gateway object of ours. It calls `identify` in its context function,
 * `prepare` in didResolveOperation and `answer` as its executor; docs/architecture.md says why each stands where it does.
 */
export function createApolloDoor({ pipeline, plugins, log }: ApolloParts): ApolloDoor {
  const walk = walkApolloPlugins(plugins, { log });
  const server = new ApolloServer<Context>({
    gateway: gatewayObject(),
    plugins: [
      stepsPlugin(pipeline, walk),
      ApolloServerPluginCacheControlDisabled(),
      ApolloServerPluginInlineTraceDisabled(),
      ApolloServerPluginLandingPageDisabled(),
      ApolloServerPluginSchemaReportingDisabled(),
      ApolloServerPluginUsageReportingDisabled(),
    ],
    allowBatchedHttpRequests: true, // The batch was counted when it was read.
    csrfPrevention: false, // Checked by `admit`, before anybody is identified.
    documentStore: null,
    persistedQueries: false,
    includeStacktraceInErrorResponses: false,
    stopOnTerminationSignals: false,
    stringifyResult,
    logger: {
      debug: (message) => log.debug({}, String(message)),
      info: (message) => log.debug({}, String(message)),
      warn: (message) => log.warn({}, String(message)),
      error: (message) => log.error({}, String(message)),
    },
  });
  return {
    start: () => server.start(),
    stop: () => server.stop(),
    answer: (admitted) => answerThrough(server, { pipeline, admitted }),
  };
}

async function answerThrough(
  server: ApolloServer<Context>,
  { pipeline, admitted }: { pipeline: Pipeline; admitted: Admitted },
): Promise<ApolloAnswer> {
  const { arrival } = admitted;
  const httpGraphQLRequest: HTTPGraphQLRequest = {
    // Always as a POST, whose body is what we read; the hook below gives plugins the true method.
    method: 'POST',
    headers: headerMap(arrival.headers),
    search: arrival.search,
    body: null,
  };
  let items: readonly Item[] = [];
  let refused: { thrown: unknown } | null = null;
  const response = await server.executeHTTPGraphQLRequest({
    httpGraphQLRequest,
    context: async () => {
      try {
        const identified = await pipeline.identify(admitted);
        items = identified.asked.map((asked) => ({
          asked,
          prepared: null,
          refusal: null,
          head: null,
          response: null,
        }));
        const bodies = items.map(bodyOf);
        httpGraphQLRequest.body = identified.batched ? bodies : bodies[0];
        return { identified, session: identified.session, requestId: arrival.requestId };
      } catch (thrown) {
        refused = { thrown };
        throw thrown;
      }
    },
  });
  // The listener writes every refusal of this kind, in one form.
  if (refused) throw (refused as { thrown: unknown }).thrown;
  if (response.body.kind !== 'complete') throw new Error('Apollo Server answered in parts');
  const { string: body } = response.body;
  const contentType = { 'content-type': `${admitted.mediaType}; charset=utf-8` };
  // The items of a batch share one head: what one of them was refused with is not the others' status.
  if (Array.isArray(httpGraphQLRequest.body)) {
    const told = batchHeaders(items.map(({ head }) => head ?? []));
    return { status: 200, headers: { ...told, ...contentType }, body, result: null };
  }
  const headers = { ...Object.fromEntries(response.headers), ...contentType };
  return { status: response.status ?? 200, headers, body, result: resultOf(items[0]) };
}

/** One of the operations of a request on its way through Apollo Server's hooks; once it was prepared, it is so or it is refused. */
interface Item {
  readonly asked: Asked;
  prepared: Prepared | null;
  refusal: Refusal | null;
  /** In a batch, the header fields that plugins set for this operation. */
  head: HeaderMap | null;
  /** What Apollo Server answers; its body comes last. */
  response: Partial<GraphQLResponse> | null;
}

function resultOf(item: Item | undefined): SentResult | null {
  const body = item?.response?.body;
  return body?.kind === 'single' ? body.singleResult : null;
}

/** Apollo Server hands the `extensions` object through as it is: under this key it says which item of a batch a hook is at. */
const itemMark = Symbol('item');

function itemOf(extensions: unknown): Item {
  return (extensions as { readonly [itemMark]: Item })[itemMark];
}

function bodyOf(item: Item): object {
  const { request, outcome } = item.asked;
  const { persistedQuery: _done, ...extensions } = request.extensions;
  return {
    query: outcome.document?.text ?? '{ __typename }',
    variables: request.variables,
    ...(request.operationName === null || outcome.refusal ? {} : { operationName: request.operationName }),
    extensions: { ...extensions, [itemMark]: item },
  };
}

function headerMap(headers: Admitted['arrival']['headers']): HeaderMap {
  const map = new HeaderMap();
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) map.set(name, Array.isArray(value) ? value.join(', ') : value);
  }
  return map;
}

/** Stands in for a document that was refused, so that Apollo Server asks us and not its parser. */
const noDocument: DocumentNode = parse('{ __typename }');

/** The one plugin that Apollo Server knows: it takes the steps, and walks the others in their order. */
function stepsPlugin(pipeline: Pipeline, walk: ApolloWalk | null): ApolloServerPlugin<Context> {
  return {
    ...(walk?.server as ApolloServerPlugin<Context> | undefined),
    async requestDidStart(start) {
      const { identified } = start.contextValue;
      const item = itemOf(start.request.extensions);
      // With a document set, Apollo Server neither parses nor validates.
      (start as { document?: DocumentNode }).document = item.asked.outcome.document?.document ?? noDocument;
      if (identified.batched && walk) {
        // Apollo Server's own head is one for all of them: who wrote last would have written for all.
        item.head = new HeaderMap();
        (start.response as { http: GraphQLResponse['http'] }).http = { headers: item.head };
      }
      item.response = start.response;
      start.response.http.headers.set('content-type', identified.mediaType);
      const walked = walk ? await walk.start(start, identified) : null;
      return {
        ...walked?.listener,
        async didResolveOperation() {
          if (start.request.http) start.request.http.method = identified.arrival.method;
          const prepared = await pipeline.prepare(identified, item.asked, walked?.beside ?? null);
          if ('operation' in prepared) item.prepared = prepared;
          else item.refusal = prepared;
        },
        // Not as its gateway's executor: for that Apollo Server builds an object with accessors, whose hidden class, long-lived as
        // all are, keeps each request alive until the next major collection (docs/decisions/0009).
        async responseForOperation(context) {
          const { prepared, refusal } = item;
          if (refusal) {
            await walked?.tellRefused(start, refusal);
            return refusalResponse(refusal, identified);
          }
          const run = () => answerResponse(pipeline, prepared as Prepared);
          return walked ? walked.answer(context, run) : run();
        },
      };
    },
  };
}

async function answerResponse(pipeline: Pipeline, prepared: Prepared): Promise<GraphQLResponse> {
  try {
    const { data, errors, extensions } = await pipeline.answer(prepared);
    const told = errors && { errors: errors.map((error) => error.toJSON()) };
    return {
      http: { headers: new HeaderMap() },
      body: {
        kind: 'single',
        singleResult: { data: data as never, ...told, ...(extensions && { extensions }) },
      },
    };
  } catch (thrown) {
    return refusalResponse(prepared.notes.refused(refusalOf(thrown)), prepared);
  }
}

function refusalResponse(refusal: Refusal, { mediaType, arrival, batched }: Identified): GraphQLResponse {
  const headers = new HeaderMap(batched ? [] : Object.entries(refusal.headers));
  return {
    http: { status: arrival.route ? refusal.status : statusFor(refusal, mediaType), headers },
    body: { kind: 'single', singleResult: { errors: withRequestId(refusal.errors, arrival.requestId) } },
  };
}

/** In application/json these faults are results of a well-formed request (GraphQL over HTTP, section 6.4.1). */
const resultFaults = new Set(['GRAPHQL_PARSE_FAILED', 'GRAPHQL_VALIDATION_FAILED', 'BAD_USER_INPUT']);

function statusFor(refusal: Refusal, mediaType: string): number {
  return mediaType === 'application/json' && resultFaults.has(refusal.code) ? 200 : refusal.status;
}

/**
 * What Apollo Server takes for a gateway, so that it starts without a schema of its own. The schema is never looked at, since the
 * generation a request pinned decides; the executor is never asked, since the plugin above answers first.
 */
function gatewayObject(): GatewayInterface {
  const apiSchema = buildSchema('type Query { unused: Boolean }');
  const listeners = new Set<Parameters<GatewayInterface['onSchemaLoadOrUpdate']>[0]>();
  return {
    onSchemaLoadOrUpdate(callback) {
      listeners.add(callback);
      return () => void listeners.delete(callback);
    },
    async load() {
      for (const listener of listeners) listener({ apiSchema, coreSupergraphSdl: '' });
      return { executor: () => Promise.reject(new Error('An operation reached the executor')) };
    },
    stop: async () => undefined,
  };
}
