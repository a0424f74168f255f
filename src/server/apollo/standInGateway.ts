import type { ApolloServerOptionsWithGateway } from '@apollo/server';
import { buildSchema } from 'graphql';
import type { Context } from './stepsPlugin.ts';

type GatewayInterface = ApolloServerOptionsWithGateway<Context>['gateway'];

/**
 * What Apollo Server takes for a gateway, so that it starts without a schema of its own. The schema is never looked at, since the
 * generation a request pinned decides; the executor is never asked, since the plugin above answers first.
 */
export function standInGateway(): GatewayInterface {
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
