import { GraphQLError } from 'graphql';
import type { GatewayPlugin } from '../../../src/model/gatewayPlugin.ts';

/** Sets the header fields that the operation's extension `headers` names, and refuses where it says `refuse`. */
export default function tellHeaders(): GatewayPlugin {
  return {
    async requestDidStart() {
      return {
        async didResolveOperation({ request }) {
          if (!request.extensions?.refuse) return;
          throw new GraphQLError('Not this one.', {
            extensions: {
              code: 'RATE_LIMITED',
              http: { status: 429, headers: new Map([['retry-after', '30']]) },
            },
          });
        },
        async willSendResponse({ request, response }) {
          const headers: Record<string, string> = request.extensions?.headers ?? {};
          for (const [name, value] of Object.entries(headers)) response.http.headers.set(name, value);
        },
      };
    },
  };
}
