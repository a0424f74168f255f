import { describe, expect, test } from '@jest/globals';
import {
  asked,
  fetchesOf,
  forever,
  inSupergraph,
  nested,
  planningWith,
  sevenSubgraphs,
  supergraphOf,
} from './planningFixture.ts';

const ten = Array.from({ length: 10 }, (_, i) => `f${i}`);

describe('C2 operations with very many ways', () => {
  test('all fields in all of seven subgraphs, three deep, ten wide: planned in few fetches', async () => {
    const supergraph = inSupergraph(supergraphOf(sevenSubgraphs(() => true)));
    const document = `{ root ${nested(3, 'name own1 own2')} }`;
    // The bound is for a machine that runs other tests too; alone it takes half a second.
    const planning = planningWith({ timeout: '20s' });
    const { plan } = await planning.plan(asked(document, supergraph), forever);
    expect(fetchesOf(plan.node).sort()).toEqual(['s0', 's1', 's2']);
    expect(JSON.stringify(plan.node).match(/own1/g)).toHaveLength(1000);
  });

  test.each([
    ['minutes', { timeout: '3s' }],
    ['gigabytes', { timeout: '60s', memory: '128MB' }],
  ])(
    "what Apollo's planner takes %s for is planned plainly",
    async (_what, options) => {
      // Entities with a key of more than leaves are not pruned.
      const supergraph = inSupergraph(supergraphOf(sevenSubgraphs(() => true, 'id at { id }')));
      const document = `{ root ${nested(5, 'name own1', ten.slice(0, 2))} }`;
      const planning = planningWith(options);
      const { by, plan } = await planning.plan(asked(document, supergraph), forever);
      expect(by).toBe('plain');
      expect(new Set(fetchesOf(plan.node))).toEqual(new Set(['s0', 's1']));
      const next = await planning.plan(asked('{ root { name } }', supergraph), forever);
      expect(next).toMatchObject({ by: 'apollo' });
    },
    60_000,
  );

  test('each field in three of seven subgraphs, three deep: planned within the bounds', async () => {
    const supergraph = inSupergraph(
      supergraphOf(sevenSubgraphs((field, subgraph) => (field + subgraph) % 7 < 3)),
    );
    const planning = planningWith({ timeout: '20s' });
    const { plan } = await planning.plan(asked(`{ root ${nested(3, 'id')} }`, supergraph), forever);
    expect(fetchesOf(plan.node).length).toBeLessThan(350);
  });
});
