import { appendFileSync } from 'node:fs';
import type { GatewayPlugin } from '../../../src/model/gatewayPlugin.ts';

/** Writes each moment and each hook of Apollo Server it is asked at to the file of WATCHED_FILE, a line each. */
export default function watchEverything(): GatewayPlugin {
  const say = (line: string) => appendFileSync(process.env.WATCHED_FILE ?? '', `${line}\n`);
  return {
    admit: ({ arrival }) => say(`admit ${arrival.method}`),
    identified: (_passage, session) => say(`identified ${session.identified}`),
    batch: (_passage, _session, size) => say(`batch of ${size}`),
    document: ({ document }) => say(`document of ${document.definitions.length}`),
    operation(_passage, { operation }) {
      say(`operation ${operation.name}`);
      return ({ executed, readData }) => say(`settle ${executed} ${JSON.stringify(readData())}`);
    },
    async subgraphCall(call, next) {
      say(`call ${call.subgraph}`);
      return next(call);
    },
    async serverWillStart() {
      say('serverWillStart');
      return {
        schemaDidLoadOrUpdate: ({ apiSchema }) =>
          say(`schema with ${Object.keys(apiSchema.getQueryType()?.getFields() ?? {})}`),
        drainServer: async () => say('drainServer'),
        serverWillStop: async () => say('serverWillStop'),
      };
    },
    contextCreationDidFail: async ({ error }) => say(`contextCreationDidFail ${error.message}`),
    async requestDidStart({ request, schema, contextValue }) {
      say(
        `requestDidStart ${request.http?.method} ${schema.getQueryType()?.name} ${contextValue.session.identified}`,
      );
      return {
        didResolveSource: async ({ source }) => say(`didResolveSource ${source}`),
        async parsingDidStart() {
          say('parsingDidStart');
          return async (error) => say(`parsed ${error?.message ?? 'well'}`);
        },
        async validationDidStart() {
          say('validationDidStart');
          return async (errors) => say(`validated ${errors?.length ?? 0}`);
        },
        didResolveOperation: async ({ operationName }) => say(`didResolveOperation ${operationName}`),
        responseForOperation: async () => {
          say('responseForOperation');
          return null;
        },
        async executionDidStart() {
          say('executionDidStart');
          return { executionDidEnd: async () => say('executionDidEnd') };
        },
        didEncounterErrors: async ({ errors }) => say(`didEncounterErrors ${errors[0]?.extensions.code}`),
        async willSendResponse({ response }) {
          const { body } = response;
          say(`willSendResponse ${JSON.stringify(body.kind === 'single' ? body.singleResult.data : null)}`);
          response.http.headers.set('x-watched', 'yes');
          if (body.kind === 'single' && body.singleResult.data) body.singleResult.extensions = { watched: 1 };
        },
      };
    },
  };
}
