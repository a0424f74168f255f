import { afterAll, describe, expect, test } from '@jest/globals';
import {
  buildSchema,
  NoUndefinedVariablesRule,
  NoUnusedVariablesRule,
  parse,
  UniqueDirectivesPerLocationRule,
  validate,
} from 'graphql';
import { createPlanning, planningOptions } from '../../src/planning/planning.ts';
import {
  asked,
  documentsOf,
  fetchesOf,
  forever,
  inSupergraph,
  oldSupergraph,
  planningWith,
  supergraphOf,
} from './planningFixture.ts';

const shop = inSupergraph(
  supergraphOf({
    catalog: `type Query { product: Product } type Mutation { sell: Product }
      type Product @key(fields: "id") { id: ID! name: String weight: Int comments(limit: Int): [String] }`,
    shipping: `type Query { shipped: Product } type Mutation { ship: Product }
      type Product @key(fields: "id") { id: ID! weight: Int @external comments(limit: Int): [String] @external
        cost: Int @requires(fields: "weight") tone: Int @requires(fields: "comments(limit: 3)") }`,
    bills: `type Product @key(fields: "id") { id: ID! cost: Int @external comments(limit: Int): [String] @external
        total: Int @requires(fields: "cost") mood: Int @requires(fields: "comments(limit: 1)") }`,
  }),
);

// Long enough that the machine decides nothing.
const planning = createPlanning(planningOptions.parse({ timeout: '20s' }));
afterAll(() => planning.close());

/** These rules look at nothing of it but the standard directives. */
const anySchema = buildSchema('type Query { any: Int }');

function inShop(document: string, more: Parameters<typeof asked>[1] = {}) {
  return asked(document, { ...shop, ...more });
}

/** A mutation with its first field once more for each of so many conditions. */
function soldUnderOneOf(count: number): string {
  const names = Array.from({ length: count }, (_, index) => `c${index}`);
  const declared = names.map((name) => `$${name}: Boolean!`).join(' ');
  const again = names.map((name) => `sell @include(if: $${name}) { weight }`).join(' ');
  return `mutation (${declared}) { sell { name } ship { id } ${again} }`;
}

/** One whose first field is asked in so many places, each on two conditions of its own. */
function soldInPlaces(count: number): string {
  const places = Array.from({ length: count }, (_, index) => index);
  const declared = places.map((place) => `$a${place}: Boolean! $b${place}: Boolean!`).join(' ');
  const sold = places.map(
    (place) =>
      `... @include(if: $a${place}) { sell @include(if: $b${place}) { name } } s${place}: ship { id }`,
  );
  return `mutation (${declared}) { ${sold.join(' ')} }`;
}

describe('whose plan it is', () => {
  test.each([
    ['one subgraph', '{ product { name } }'],
    ['a requirement', '{ product { cost } }'],
    ['a requirement with arguments', '{ product { tone } }'],
    ['a chain of them, from elsewhere', '{ product { total cost } }'],
    ['conditions', 'query ($a: Boolean!) { product { cost @include(if: $a) name @skip(if: $a) } }'],
    ['a mutation', 'mutation { a: sell { cost } b: sell { name } }'],
    ['an identifier written as a number', '{ product { comments(limit: 1) } }'],
    ['nothing of a subgraph', '{ __typename }'],
  ])("Apollo's where that is right: %s", async (_what, document) => {
    await expect(planning.plan(inShop(document), forever)).resolves.toMatchObject({ by: 'apollo' });
  });

  test.each([
    ['a requirement that has not been met', '{ shipped { total } }'],
    ['one field required with two sets of arguments', '{ product { tone mood } }'],
    ['an argument of the client in a requirement', '{ product { comments(limit: 9) tone } }'],
    ["a client's alias in a requirement", '{ product { weight: id cost } }'],
    [
      'conditions that leave an object and nothing in it',
      'query ($a: Boolean!) { product @skip(if: $a) { name @include(if: $a) } }',
    ],
    [
      'a mutation that would be done again, under a condition',
      'mutation ($a: Boolean!) { sell { name } ship { id } ... @include(if: $a) { sell { weight } } }',
    ],
    ['a mutation that would be done again, under one of many conditions', soldUnderOneOf(9)],
  ])("a plain one where Apollo's is wrong: %s", async (_what, document) => {
    const { by, plan } = await planning.plan(inShop(document), forever);
    expect(by).toBe('plain');
    expect(fetchesOf(plan.node)).not.toEqual([]);
  });

  test("nobody's, where a mutation would be done twice and there is no plain one", async () => {
    await expect(planning.plan(inShop(soldInPlaces(3)), forever)).resolves.toMatchObject({ by: 'plain' });
    await expect(planning.plan(inShop(soldInPlaces(12)), forever)).rejects.toMatchObject({
      code: 'COST_LIMIT_EXCEEDED',
      message: expect.stringContaining('does each field of this mutation once and in its order'),
    });
  });

  test("nobody's for a mutation that would be done twice, of a supergraph of Federation 1", async () => {
    const supergraph = inSupergraph(
      `${oldSupergraph.replace('query: Query', 'query: Query mutation: Mutation')} type Mutation {
        sell: Product @join__field(graph: CATALOG) ship: Product @join__field(graph: PRICES) }`,
    );
    const once = 'mutation ($a: Boolean!) { sell { id } ship @include(if: $a) { id } }';
    await expect(planning.plan(asked(once, supergraph), forever)).resolves.toMatchObject({ by: 'apollo' });
    const twice =
      'mutation ($a: Boolean!) { sell { id } ship { id } ... @include(if: $a) { sell { price } } }';
    await expect(planning.plan(asked(twice, supergraph), forever)).rejects.toMatchObject({
      code: 'COST_LIMIT_EXCEEDED',
    });
  });

  test('a plain one can be wanted', async () => {
    const { by, plan } = await planning.plan(inShop('{ product { cost } }', { by: 'plain' }), forever);
    expect(by).toBe('plain');
    expect(fetchesOf(plan.node)).toEqual(['catalog', 'shipping']);
  });

  test("Apollo's for a supergraph of Federation 1", async () => {
    const request = asked('{ product { price } }', inSupergraph(oldSupergraph));
    const { by, plan } = await planning.plan(request, forever);
    expect(by).toBe('apollo');
    expect(fetchesOf(plan.node)).toEqual(['catalog', 'prices']);
  });
});

describe('plain plans', () => {
  test('fields with labels of @override are asked of the subgraph that has them', async () => {
    const supergraph = inSupergraph(
      supergraphOf({
        old: 'type Query { trip: Trip } type Trip @key(fields: "id") { id: ID! price: Int @shareable }',
        next: 'type Trip @key(fields: "id") { id: ID! price: Int @override(from: "old", label: "percent(20)") @shareable }',
      }),
    );
    const fetchesWith = async (holds: boolean) => {
      const overrides = new Map([['percent(20)', holds]]);
      const request = asked('{ trip { price } }', { ...supergraph, overrides, by: 'plain' });
      return fetchesOf((await planning.plan(request, forever)).plan.node);
    };
    expect(await fetchesWith(true)).toEqual(['old', 'next']);
    expect(await fetchesWith(false)).toEqual(['old']);
  });

  test('what is required stands under a name that nobody else asks', async () => {
    const document = '{ product { weight: name _r1_comments: id tone } }';
    const { plan } = await planning.plan(inShop(document, { by: 'plain' }), forever);
    expect(JSON.stringify(plan)).toMatch(/__r\d+_comments: ?comments\(limit: ?3\)/);
  });

  test('conditions stay within their fetches, however many there are', async () => {
    const names = Array.from({ length: 12 }, (_, index) => `c${index}`);
    const declared = names.map((name) => `$${name}: Boolean!`).join(' ');
    const fields = names.map((name) => `${name}: name @include(if: $${name})`).join(' ');
    const document = `query (${declared}) { product { cost @skip(if: $c0) ${fields} } }`;
    const { plan } = await planning.plan(inShop(document, { by: 'plain' }), forever);
    expect(fetchesOf(plan.node)).toEqual(['catalog', 'shipping']);
  });

  test.each([
    [
      'two conditions on one thing',
      'query ($a: Boolean!, $b: Boolean!) { product { ... @include(if: $a) { name @include(if: $b) } } }',
    ],
    [
      'a condition on what another subgraph has',
      'query ($a: Boolean!) { shipped { cost ... @include(if: $a) { name } } }',
    ],
  ])('no subgraph has a reason to refuse its document: %s', async (_what, document) => {
    const { plan } = await planning.plan(inShop(document, { by: 'plain' }), forever);
    const documents = documentsOf(plan.node);
    expect(documents.length).toBe(fetchesOf(plan.node).length);
    const rules = [NoUnusedVariablesRule, NoUndefinedVariablesRule, UniqueDirectivesPerLocationRule];
    expect(documents.flatMap((text) => validate(anySchema, parse(text), rules))).toEqual([]);
  });

  test('fields of a mutation are each done before the next', async () => {
    const document = 'mutation { a: sell { cost } b: sell { name } c: sell { cost } d: sell { name } }';
    const { plan } = await planning.plan(inShop(document, { by: 'plain' }), forever);
    expect(fetchesOf(plan.node)).toEqual(['catalog', 'shipping', 'catalog', 'shipping', 'catalog']);
    expect(plan.node).toMatchObject({ kind: 'Sequence' });
  });

  test('the order of a mutation may depend on its conditions', async () => {
    const document =
      'mutation ($a: Boolean!) { one: sell @include(if: $a) { name } two: sell { cost } one: sell { weight } }';
    const { by, plan } = await planning.plan(inShop(document), forever);
    expect(by).toBe('plain');
    const one = (clause: 'ifClause' | 'elseClause') => ({
      kind: 'Condition',
      condition: 'a',
      [clause]: { serviceName: 'catalog', operation: expect.stringContaining('one:sell') },
    });
    expect(plan.node).toMatchObject({ kind: 'Sequence', nodes: [one('ifClause'), {}, one('elseClause')] });
    expect(fetchesOf(plan.node)).toEqual(['catalog', 'catalog', 'shipping', 'catalog']);
  });

  test('a field of a mutation has a turn for each condition it is asked on, and is asked once', async () => {
    const { plan } = await planning.plan(inShop(soldUnderOneOf(9), { by: 'plain' }), forever);
    expect(fetchesOf(plan.node)).toEqual(['catalog', 'shipping']);
  });

  test('there is none for what is too large', async () => {
    const levels = Array.from(
      { length: 14 },
      (_, i) => `fragment F${i} on Country { a: neighbour { ...F${i + 1} } b: neighbour { ...F${i + 1} } }`,
    );
    const document = `{ country(code: "CH") { ...F0 } } fragment F14 on Country { name } ${levels.join(' ')}`;
    await expect(planning.plan(asked(document, { by: 'plain' }), forever)).rejects.toMatchObject({
      code: 'QUERY_PLANNING_TIMEOUT',
    });
  });
});

describe('what a plan may weigh', () => {
  const objects = Array.from({ length: 60 }, (_, index) => `a${index}: shipped { total }`).join(' ');

  test('one that is larger than allowed is refused, and the next one planned', async () => {
    const strict = planningWith({ timeout: '20s', maxPlanSize: '16KB' });
    await expect(strict.plan(inShop(`{ ${objects} }`), forever)).rejects.toMatchObject({
      code: 'COST_LIMIT_EXCEEDED',
      status: 400,
      message: expect.stringMatching(/^The plan of this operation has \d+ characters, 16384 are allowed/),
    });
    await expect(strict.plan(inShop('{ shipped { total } }'), forever)).resolves.toMatchObject({
      by: 'plain',
    });
  });

  test('by default that is a megabyte', async () => {
    await expect(planning.plan(inShop(`{ ${objects} }`), forever)).resolves.toMatchObject({
      by: 'plain',
    });
  });

  test('its text is told only to those who want it', async () => {
    const request = inShop('{ product { name } }', { withText: false });
    expect(await planning.plan(request, forever)).toMatchObject({ text: null });
  });
});
