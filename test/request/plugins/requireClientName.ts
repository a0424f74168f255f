import { GraphQLError } from 'graphql';
import type { GatewayPlugin } from '../../../src/model/gatewayPlugin.ts';

/** Who does not say which program it is, is not let in; one program may only read. */
const requireClientName: GatewayPlugin = {
  admit({ arrival }) {
    if (arrival.client.name !== null) return;
    throw new GraphQLError('Say who you are: send apollographql-client-name.', {
      extensions: { code: 'CLIENT_NAME_REQUIRED', http: { status: 400 } },
    });
  },
  operation({ arrival }, { operation }) {
    if (arrival.client.name !== 'dashboard' || operation.kind === 'query') return;
    throw new GraphQLError('The dashboard only reads.', {
      extensions: { code: 'FORBIDDEN', http: { status: 403 } },
    });
  },
};

export default requireClientName;
