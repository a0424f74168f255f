import { expect, test } from '@jest/globals';
import { Disposer } from '../../src/base/disposer.ts';
import { headerIdentity, sessionHeader } from '../support/headerIdentity.ts';
import { startSubgraph } from '../support/startSubgraph.ts';
import { startTestGateway } from '../support/startTestGateway.ts';

test('what a session may not see costs it nothing, and is not the reason to refuse the rest', async () => {
  const closing = new Disposer();
  try {
    const travel = await startSubgraph('travel', {
      sdl: 'type Query { open: String dear: String @requiresScopes(scopes: [["dear"]]) @federation__cost(weight: 100) }',
      resolvers: { Query: { open: () => 'yes', dear: () => 'gold' } },
    });
    closing.add(travel.stop);
    const gateway = await startTestGateway({
      subgraphs: [travel],
      identity: headerIdentity,
      settings: { limits: { operation: { cost: 50 } } },
    });
    closing.add(() => gateway.stop());
    const ask = (scopes: string[]) =>
      gateway.query('{ open dear }', { headers: sessionHeader({ subject: 'ann', scopes }) });
    const { body } = await ask([]);
    expect(body.data).toEqual({ open: 'yes', dear: null });
    expect(body.errors?.map(({ extensions }) => extensions?.code)).toEqual(['UNAUTHORIZED_FIELD_OR_TYPE']);
    const refused = await ask(['dear']);
    expect(refused.body.errors?.map(({ extensions }) => extensions?.code)).toEqual(['COST_LIMIT_EXCEEDED']);
  } finally {
    await closing.dispose();
  }
});
