import { HeaderMap } from '@apollo/server';
import { GraphQLError } from 'graphql';
import type { GatewayPlugin } from '../../../src/model/gatewayPlugin.ts';

/** Refuses at the moment or hook that the header x-refuse-at names, the way Apollo's documentation says. */
const refuseSome: GatewayPlugin = {
  document({ text }) {
    if (text.includes('faultOnce')) faultOnce();
    if (text.includes('refusedDocument'))
      throw new GraphQLError('Refused at document', { extensions: { code: 'MINE', http: { status: 402 } } });
  },
  async admit({ arrival }) {
    refuseAt('admit', arrival.headers['x-refuse-at']);
  },
  identified({ arrival }) {
    refuseAt('identified', arrival.headers['x-refuse-at']);
  },
  operation({ arrival }) {
    refuseAt('operation', arrival.headers['x-refuse-at']);
    if (arrival.headers['x-refuse-at'] === 'fault') throw new TypeError('canary-of-a-plugin');
  },
  async requestDidStart({ request }) {
    return {
      async didResolveOperation() {
        refuseAt('didResolveOperation', request.http?.headers.get('x-refuse-at'));
      },
      async responseForOperation() {
        if (request.http?.headers.get('x-refuse-at') !== 'responseForOperation') return null;
        return {
          http: { status: 200, headers: new HeaderMap() },
          body: { kind: 'single', singleResult: { data: { word: 'instead' } } },
        };
      },
    };
  },
};

/** Fails the first time it is asked. */
const faultOnce = (() => {
  let asked = 0;
  return () => {
    asked += 1;
    if (asked === 1) throw new Error('canary-of-a-plugin');
  };
})();

function refuseAt(moment: string, asked: unknown): void {
  if (asked !== moment) return;
  throw new GraphQLError(`Refused at ${moment}`, {
    extensions: { code: 'MINE', more: 1, http: { status: 402, headers: new Map([['x-why', moment]]) } },
  });
}

export default refuseSome;
