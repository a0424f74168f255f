import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { askAdmin, publish } from '../support/adminClient.ts';
import { startSubgraph, type TestSubgraph } from '../support/startSubgraph.ts';
import { startTestGateway, type TestGateway } from '../support/startTestGateway.ts';

const sdl = `
  type Query { "A word." word: String  old: String @deprecated(reason: "say word") }
  type Author @key(fields: "id") { id: ID!  name: String }
  enum Mood { GOOD BAD }
`;

describe('what the console asks for besides', () => {
  let words: TestSubgraph;
  let authors: TestSubgraph;
  let gateway: TestGateway;
  beforeAll(async () => {
    words = await startSubgraph('words', { sdl, resolvers: { Query: { word: () => 'hello' } } });
    authors = await startSubgraph('authors', {
      sdl: 'type Query { author: Author } type Author @key(fields: "id") { id: ID!  born: Int }',
    });
    const limits = { operation: { aliases: { max: 0, mode: 'log' }, rootFields: 2 } };
    gateway = await startTestGateway({ subgraphs: [words, authors], settings: { limits } });
    await gateway.query('query Two { a: word b: word }');
    await gateway.query('query Three { word old author { id } }');
  });
  afterAll(async () => {
    await gateway.stop();
    await words.stop();
    await authors.stop();
  });

  test('usage of all together: now, before, over time, and how long it took', async () => {
    const totals = 'calls errors p95Ms';
    const { usage } = await askAdmin<{
      usage: {
        now: unknown;
        before: unknown;
        series: { points: { totals: { calls: number } }[]; latencies: { calls: number }[] };
      };
    }>(
      gateway,
      `{ usage(lastSeconds: 3600) { now { ${totals} } before { ${totals} }
         series { points { totals { calls } } latencies { fromMs untilMs calls } } } }`,
    );
    expect(usage.now).toEqual({ calls: 2, errors: 1, p95Ms: expect.any(Number) });
    expect(usage.before).toEqual({ calls: 0, errors: 0, p95Ms: null });
    const sum = (counts: readonly number[]) => counts.reduce((all, each) => all + each, 0);
    expect(sum(usage.series.points.map(({ totals: { calls } }) => calls))).toBe(2);
    expect(sum(usage.series.latencies.map(({ calls }) => calls))).toBe(2);
    expect(usage.series.latencies[0]).toMatchObject({ fromMs: 0, untilMs: 0.1 });
    expect(usage.series.latencies.at(-1)).toMatchObject({ untilMs: null });
  });

  test('types with who owns each field', async () => {
    const { types } = await askAdmin<{ types: { name: string }[] }>(
      gateway,
      '{ types { name kind owners members { name signature description deprecated owners } } }',
    );
    expect(types.map(({ name }) => name)).toEqual(['Author', 'Mood', 'Query']);
    expect(types[0]).toEqual({
      name: 'Author',
      kind: 'object',
      owners: ['authors', 'words'],
      members: [
        { name: 'id', signature: ': ID!', description: null, deprecated: null, owners: ['authors', 'words'] },
        { name: 'born', signature: ': Int', description: null, deprecated: null, owners: ['authors'] },
        { name: 'name', signature: ': String', description: null, deprecated: null, owners: ['words'] },
      ],
    });
    expect(types[2]).toMatchObject({
      members: expect.arrayContaining([
        { name: 'old', signature: ': String', description: null, deprecated: 'say word', owners: ['words'] },
        expect.objectContaining({ name: 'word', description: 'A word.' }),
      ]),
    });
  });

  test('what a version changed for clients', async () => {
    const next = words.sdl.replace('enum Mood { GOOD BAD }', 'enum Mood { GOOD BAD FINE }');
    const version = await publish(gateway, [{ name: 'words', url: words.url, sdl: next }]);
    const changes = (of: number) =>
      askAdmin(gateway, 'query ($of: Int!) { changes(version: $of) { severity coordinate } }', { of });
    expect(await changes(version)).toEqual({
      changes: [{ severity: 'DANGEROUS', coordinate: 'Mood.FINE' }],
    });
    expect(await changes(1)).toEqual({ changes: [] });
    await expect(changes(99)).rejects.toThrow('There is no supergraph version 99');
  });

  test('rules with what they did', async () => {
    const { rules } = await askAdmin<{ rules: { setting: string }[] }>(
      gateway,
      '{ rules { setting mode bounds refused wouldRefuse lastRequestId } }',
    );
    const rule = (setting: string) => rules.find((each) => each.setting === setting);
    expect(rule('limits.operation.aliases')).toEqual({
      ...{ setting: 'limits.operation.aliases', mode: 'LOG', bounds: { max: 0 } },
      ...{ refused: 0, wouldRefuse: 1, lastRequestId: expect.any(String) },
    });
    expect(rule('limits.operation.rootFields')).toMatchObject({
      mode: 'ENFORCE',
      refused: 1,
      wouldRefuse: 0,
    });
    expect(rule('limits.perAddress')).toEqual({
      ...{ setting: 'limits.perAddress', mode: 'OFF', bounds: {} },
      ...{ refused: 0, wouldRefuse: 0, lastRequestId: null },
    });
  });
});
