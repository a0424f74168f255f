import { ApolloServer, HeaderMap, type HTTPGraphQLRequest } from '@apollo/server';
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginInlineTraceDisabled,
  ApolloServerPluginLandingPageDisabled,
  ApolloServerPluginSchemaReportingDisabled,
  ApolloServerPluginUsageReportingDisabled,
} from '@apollo/server/plugin/disabled';
import type { GatewayPlugin } from '../../model/gatewayPlugin.ts';
import type { Log } from '../../model/log.ts';
import type { Admitted, Pipeline } from '../../request/request.ts';
import { batchHeaders } from '../batchHeaders.ts';
import { cachingFields } from '../cachingFields.ts';
import type { Answer } from '../respond.ts';
import { bodyOf, type Item, resultOf, type SentResult } from './item.ts';
import { standInGateway } from './standInGateway.ts';
import { type Context, stepsPlugin } from './stepsPlugin.ts';
import { stringifyResult } from './stringifyResult.ts';
import { walkApolloPlugins } from './walkApolloPlugins.ts';

export interface ApolloAnswer extends Answer {
  /** As it is sent, after all plugins; null for a batch, and where Apollo Server failed before there was one. */
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
    gateway: standInGateway(),
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
          caching: null,
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
  const kept = cachingFields(items.map(({ caching }) => caching));
  // The items of a batch share one head: what one of them was refused with is not the others' status.
  if (Array.isArray(httpGraphQLRequest.body)) {
    const told = batchHeaders(items.map(({ head }) => head ?? []));
    return { status: 200, headers: { ...told, ...kept, ...contentType }, body, result: null };
  }
  const headers = { ...kept, ...Object.fromEntries(response.headers), ...contentType };
  return { status: response.status ?? 200, headers, body, result: resultOf(items[0]) };
}

function headerMap(headers: Admitted['arrival']['headers']): HeaderMap {
  const map = new HeaderMap();
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) map.set(name, Array.isArray(value) ? value.join(', ') : value);
  }
  return map;
}
