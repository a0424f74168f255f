import type { ApolloServerPlugin } from '@apollo/server';

/** A plugin of Apollo Server as it is: tells clients by a header how long their operation took, and what kind it was. */
const timeOperations: ApolloServerPlugin = {
  async requestDidStart() {
    const startedMs = performance.now();
    return {
      async willSendResponse({ operation, response }) {
        const ms = Math.round(performance.now() - startedMs);
        response.http.headers.set('server-timing', `${operation?.operation ?? 'none'};dur=${ms}`);
      },
    };
  },
};

export default timeOperations;
