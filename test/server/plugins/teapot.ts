import { GraphQLError } from 'graphql';
import type { GatewayPlugin } from '../../../src/model/gatewayPlugin.ts';

/** Refuses one value of a variable, and changes the answer to another. */
const teapotPlugin: GatewayPlugin = {
  async requestDidStart() {
    return {
      async didResolveOperation({ request }) {
        if (request.variables?.text !== 'refuse-me') return;
        throw new GraphQLError('I am a teapot.', { extensions: { code: 'TEAPOT', http: { status: 418 } } });
      },
      async willSendResponse({ request, response }) {
        if (request.variables?.text !== 'change-me' || response.body.kind !== 'single') return;
        const { data } = response.body.singleResult as { data: { echo: { text: string } } };
        data.echo.text = 'changed';
      },
    };
  },
};

export default teapotPlugin;
