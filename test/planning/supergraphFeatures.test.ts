import { describe, expect, test } from '@jest/globals';
import { asked, fetchesOf, forever, inSupergraph, planningWith, supergraphOf } from './planningFixture.ts';

const composed = `
  extend schema @link(url: "https://example.org/limits/v1.0", import: ["@rateLimit"]) @composeDirective(name: "@rateLimit")
  directive @rateLimit(max: Int, window: String) on FIELD_DEFINITION
  scalar federation__Scope
`;

describe('what a supergraph may carry', () => {
  test.each([
    ['@authenticated', 'type Query { trips: [String!]! @authenticated }'],
    ['@requiresScopes', 'type Query { trips: [String!]! @requiresScopes(scopes: [["read"]]) }'],
    ['@policy', 'type Query { trips: [String!]! @policy(policies: [["paid"]]) }'],
    ['@cost', 'type Query { trips: [String!]! @cost(weight: 5) }'],
    ['@listSize', 'type Query { trips: [String!]! @listSize(assumedSize: 10) }'],
    ['@cacheTag', 'type Query { trips: [String!]! @cacheTag(format: "trips") }'],
    ['@tag', 'type Query { trips: [String!]! @tag(name: "internal") }'],
    ['@composeDirective', `${composed} type Query { trips: [String!]! @rateLimit(max: 5, window: "1s") }`],
    [
      'all of them',
      `${composed} type Query { trips: [String!]! @authenticated @requiresScopes(scopes: [["read"]]) @policy(policies: [["paid"]])
        @cost(weight: 5) @listSize(assumedSize: 10) @cacheTag(format: "trips") @tag(name: "a") @rateLimit(max: 5) }`,
    ],
  ])('%s does not stop planning', async (_what, trips) => {
    const request = asked('{ trips }', inSupergraph(supergraphOf({ trips })));
    const { plan } = await planningWith().plan(request, forever);
    expect(fetchesOf(plan.node)).toEqual(['trips']);
  });

  test('labels of @override are told, and decide which subgraph resolves the field', async () => {
    const supergraph = inSupergraph(
      supergraphOf({
        old: 'type Query { trip: Trip } type Trip @key(fields: "id") { id: ID! price: Int @shareable }',
        next: 'type Trip @key(fields: "id") { id: ID! price: Int @override(from: "old", label: "percent(20)") @shareable }',
      }),
    );
    const planning = planningWith();
    expect(await planning.factsOf(supergraph, forever)).toEqual({ overrideLabels: ['percent(20)'] });
    const fetchesWith = async (holds: boolean | null) => {
      const overrides = new Map(holds === null ? [] : [['percent(20)', holds]]);
      const { plan } = await planning.plan(
        asked('{ trip { price } }', { ...supergraph, overrides }),
        forever,
      );
      return fetchesOf(plan.node);
    };
    expect(await fetchesWith(true)).toEqual(['old', 'next']);
    expect(await fetchesWith(false)).toEqual(['old']);
    expect(await fetchesWith(null)).toEqual(['old']);
  });

  test('a supergraph without labels has none', async () => {
    expect(
      await planningWith().factsOf(inSupergraph(supergraphOf({ only: 'type Query { only: Int }' })), forever),
    ).toEqual({
      overrideLabels: [],
    });
  });
});
