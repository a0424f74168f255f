import { type ApolloServerPlugin, type GraphQLResponse, HeaderMap } from '@apollo/server';
import { type DocumentNode, parse } from 'graphql';
import type { PluginContext } from '../../model/gatewayPlugin.ts';
import type { Identified, Pipeline, Prepared } from '../../request/request.ts';
import { answerResponse, refusalResponse } from './answerResponse.ts';
import { itemOf } from './item.ts';
import type { ApolloWalk } from './walkApolloPlugins.ts';

/** What our steps share with Apollo Server's hooks. Apollo clones the context value, so one object of ours stands in it. */
export interface Context extends PluginContext {
  readonly identified: Identified;
}

/** Stands in for a document that was refused, so that Apollo Server asks us and not its parser. */
const noDocument: DocumentNode = parse('{ __typename }');

/** The one plugin that Apollo Server knows: it takes the steps, and walks the others in their order. */
export function stepsPlugin(pipeline: Pipeline, walk: ApolloWalk | null): ApolloServerPlugin<Context> {
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
          const run = () => answerResponse(pipeline, prepared as Prepared, item);
          return walked ? walked.answer(context, run) : run();
        },
      };
    },
  };
}
