import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { eventually, publish } from '../support/adminClient.ts';
import { startSubgraph, type TestSubgraph } from '../support/startSubgraph.ts';
import { startTestGateway, type TestGateway } from '../support/startTestGateway.ts';

describe('a generation', () => {
  let words: TestSubgraph;
  let gateway: TestGateway;

  beforeAll(async () => {
    words = await startSubgraph('words', {
      sdl: 'type Query { word: String, other: String }',
      resolvers: { Query: { word: () => 'w', other: () => 'o' } },
    });
    gateway = await startTestGateway({ subgraphs: [words] });
  });
  afterAll(async () => {
    await gateway.stop();
    await words.stop();
  });

  const warmedBy = ({ logged }: TestGateway, version: number) =>
    eventually(
      () =>
        logged().find((line) => line.msg === 'serving supergraph' && line.version === version)?.warmed ??
        null,
    );

  test('is served with the busiest operations planned already; those that no longer fit are refused', async () => {
    await gateway.query('query Kept { word }');
    await gateway.query('query Kept { word ... @defer { word } }');
    await gateway.query('query Gone { other }');
    const { name, url, sdl } = words;
    await publish(gateway, [{ name, url, sdl: sdl.replace(', other: String', ', more: String') }], {
      allowBreaking: true,
    });
    expect(await warmedBy(gateway, 2)).toBe(2);
    expect((await gateway.query('query Kept { word }')).body).toEqual({ data: { word: 'w' } });
    expect((await gateway.query('query Gone { other }')).body.errors?.[0]?.extensions.code).toBe(
      'GRAPHQL_VALIDATION_FAILED',
    );
  });

  test('after a start knows what was busy in the last run, and starts without when that cannot be read', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'sluice-warm-'));
    const first = await startTestGateway({ subgraphs: [words], folder });
    await first.query('query A { word } query B { other }', { operationName: 'B' });
    await first.query('query ($yes: Boolean!) { word @include(if: $yes) }', { variables: { yes: true } });
    await first.stop();

    const second = await startTestGateway({ subgraphs: [words], folder });
    expect(await warmedBy(second, 1)).toBe(2);
    await second.stop();

    await writeFile(join(folder, '.sluice', 'busiest-operations.json'), 'damaged');
    const third = await startTestGateway({ subgraphs: [words], folder });
    expect(await warmedBy(third, 1)).toBe(0);
    expect(third.logged()).toContainEqual(
      expect.objectContaining({
        level: 'warn',
        msg: 'the busiest operations of the last run cannot be read; they will be counted anew',
      }),
    );
    expect((await third.query('{ word }')).body).toEqual({ data: { word: 'w' } });
    await third.stop();
    await rm(folder, { recursive: true });
  });
});
