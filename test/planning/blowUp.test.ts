import { describe, expect, test } from '@jest/globals';
import { asked, fetchesOf, forever, inSupergraph, planningWith, supergraphOf } from './planningFixture.ts';

const ten = Array.from({ length: 10 }, (_, i) => `f${i}`);

/** One entity in seven subgraphs whose ten fields lead back to it; `has` says which subgraph has which. */
function sevenSubgraphs(has: (field: number, subgraph: number) => boolean, key = 'id'): string {
  const subgraphs = Array.from({ length: 7 }, (_, i) => {
    const fields = ten.map((name, k) => (has(k, i) ? `${name}: E @shareable` : '')).join(' ');
    const root = i === 0 ? 'type Query { root: E }' : '';
    const at = key === 'id' ? '' : 'at: At! @shareable';
    return `${root} type At @shareable { id: ID! } type E @key(fields: "${key}") { id: ID! ${at} name: String @shareable own${i}: String ${fields} }`;
  });
  return supergraphOf(Object.fromEntries(subgraphs.map((sdl, i) => [`s${i}`, sdl])));
}

function nested(depth: number, leaves: string, fields: readonly string[] = ten): string {
  return depth === 0
    ? `{ ${leaves} }`
    : `{ ${fields.map((name) => `${name} ${nested(depth - 1, leaves, fields)}`).join(' ')} }`;
}

describe('operations with very many ways', () => {
  test('all fields in all of seven subgraphs, three deep, ten wide: planned in few fetches', async () => {
    const supergraph = inSupergraph(sevenSubgraphs(() => true));
    const document = `{ root ${nested(3, 'name own1 own2')} }`;
    // The bound is for a machine that runs other tests too; alone it takes half a second.
    const planning = planningWith({ timeout: '20s' });
    const { plan } = await planning.plan(asked(document, supergraph), forever);
    expect(fetchesOf(plan.node).sort()).toEqual(['s0', 's1', 's2']);
    expect(JSON.stringify(plan.node).match(/own1/g)).toHaveLength(1000);
  }, 30_000);

  test.each([
    ['minutes', { timeout: '3s' }],
    ['gigabytes', { timeout: '60s', memory: '128MB' }],
  ])(
    "what Apollo's planner takes %s for is planned plainly",
    async (_what, options) => {
      // Entities with a key of more than leaves are not pruned.
      const supergraph = inSupergraph(sevenSubgraphs(() => true, 'id at { id }'));
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
    const supergraph = inSupergraph(sevenSubgraphs((field, subgraph) => (field + subgraph) % 7 < 3));
    const planning = planningWith({ timeout: '20s' });
    const { plan } = await planning.plan(asked(`{ root ${nested(3, 'id')} }`, supergraph), forever);
    expect(fetchesOf(plan.node).length).toBeLessThan(350);
  }, 30_000);
});
