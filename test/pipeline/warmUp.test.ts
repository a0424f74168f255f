import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { eventually, publish } from '../support/adminClient.ts';
import { startSubgraph, type TestSubgraph } from '../support/startSubgraph.ts';
import { startTestGateway, type TestGateway } from '../support/startTestGateway.ts';

describe('a publish', () => {
  let words: TestSubgraph;
  let gateway: TestGateway;

  beforeAll(async () => {
    words = await startSubgraph('words', {
      sdl: 'type Query { word: String, other: String }',
      resolvers: { Query: { word: () => 'w', other: () => 'o' } },
    });
    gateway = await startTestGateway({
      subgraphs: [words],
      settings: { execution: { engine: 'compiled' } },
    });
  });
  afterAll(async () => {
    await gateway.stop();
    await words.stop();
  });

  test('is served with the operations asked before planned already; those that no longer fit are refused', async () => {
    await gateway.query('query Kept { word }');
    await gateway.query('query Gone { other }');
    const { name, url, sdl } = words;
    await publish(gateway, [{ name, url, sdl: sdl.replace(', other: String', ', more: String') }], {
      allowBreaking: true,
    });
    const seen = await eventually(
      () =>
        gateway.logged().find(({ msg, version }) => msg === 'serving supergraph' && version === 2) ?? null,
    );
    expect(seen).toMatchObject({ warmed: 1 });
    expect((await gateway.query('query Kept { word }')).body).toEqual({ data: { word: 'w' } });
    expect((await gateway.query('query Gone { other }')).body.errors?.[0]?.extensions.code).toBe(
      'GRAPHQL_VALIDATION_FAILED',
    );
  });
});
