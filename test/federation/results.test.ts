import { afterAll, describe, expect, test } from '@jest/globals';
import { createFixtureRunner, type Fixture } from './fixture.ts';

const runner = createFixtureRunner();
afterAll(() => runner.close());

const order: string[] = [];
const jsonText =
  '{"__proto__":{"polluted":true},"constructor":{"prototype":1},"toString":[null,0,""],"a":{"__typename":"X"}}';

const store: Fixture = {
  sdl: {
    catalog: `scalar JSON enum Color { RED GREEN }
      input Filter { min: Int = 1 colors: [Color!] = [RED] deep: Filter }
      type Query { product: Product list: [Product!] json(value: JSON): JSON
        echo(text: String = "none", filter: Filter = { min: 3 }, number: Int): String }
      type Mutation { first(n: Int): Product third: Int! }
      type Product @key(fields: "id") { id: ID! name: String data: JSON color: Color
        sizes: [Size!] @shareable must: Int! grid: [[Int!]!] old: String old2: String
        maker: Maker @provides(fields: "name") }
      type Maker @key(fields: "id") { id: ID! name: String @external }
      type Size @shareable { width: Int }`,
    other: `type Mutation { second: Product }
      type Product @key(fields: "id") { id: ID! price: Int! rates: [Float!]! sizes: [Size!] @shareable
        old: String @override(from: "catalog") }
      type Maker @key(fields: "id") { id: ID! name: String @shareable motto: String }
      type Size @shareable { width: Int }`,
  },
  entities: {
    Product: [
      {
        id: '1',
        name: 'Hat',
        color: 'GREEN',
        sizes: [{ width: 1 }, { width: 2 }],
        grid: [[1, 2], [], [3]],
        price: 0,
        rates: [0.5, 1],
        old: 'new',
      },
    ],
    Maker: [{ id: 'm', name: 'Hatter', motto: '' }],
  },
  fields: {
    'Query.product': () => product(),
    'Query.list': () => [product(), product()],
    'Query.json': (_parent, { value }) => (value === undefined ? JSON.parse(jsonText) : value),
    'Query.echo': (_parent, args) => JSON.stringify(args),
    'Product.data': () => JSON.parse(jsonText) as unknown,
    'Product.old': ({ old }, _args, subgraph) => (subgraph === 'catalog' ? 'overridden' : old),
    'Product.maker': () => store.entities.Maker?.[0],
    'Mutation.first': (_parent, { n }, subgraph) => noted(`first ${n}`, subgraph),
    'Mutation.second': (_parent, _args, subgraph) => noted('second', subgraph),
    'Mutation.third': (_parent, _args, subgraph) => {
      noted('third', subgraph);
      return 3;
    },
  },
};

function product(): Readonly<Record<string, unknown>> | undefined {
  return store.entities.Product?.[0];
}

function noted(name: string, subgraph: string | null): unknown {
  if (subgraph !== null) order.push(name);
  return product();
}

/** The store with some fields changed in one subgraph. */
function storeWith(fields: Fixture['fields']): Fixture {
  return { ...store, fields: { ...store.fields, ...fields } };
}

describe('results', () => {
  test.each([
    ['shareable values', '{ product { sizes { width } price } }'],
    ['provided fields', '{ product { maker { name } } }'],
    ['provided fields beside others', '{ product { maker { name motto id } } }'],
    ['overridden fields', '{ product { old old2 name } }'],
    ['lists of lists', '{ product { grid rates } }'],
    [
      'enums, and arguments with defaults',
      '{ product { color } a: echo b: echo(text: null, number: 0, filter: { colors: [GREEN], deep: { min: null } }) }',
    ],
    ['several root fields under aliases', '{ a: product { id } b: product { id: name } list { price } }'],
    ['conditions that leave nothing', '{ product @skip(if: true) { id } list @include(if: false) { id } }'],
    [
      'objects of which nothing is asked',
      '{ product { name @skip(if: true) } list { price @include(if: false) } }',
    ],
    ['only __typename', '{ __typename a: __typename product { __typename } }'],
    ['JSON with names every object has', '{ product { data } json }'],
    [
      'aliases every object has',
      '{ constructor: product { toString: name hasOwnProperty: price valueOf: id __proto__: color } __proto__: echo }',
    ],
    ['response names of several kinds', '{ list { a: price b: id name } product { b: price a: id } }'],
    ['JSON literals as arguments', '{ json(value: { a: [1, "x", { b: null }], c: 1.5, d: ENUM }) }'],
  ])('%s', async (_what, text) => {
    await runner.expectAnswer(store, text);
  });

  test.each([
    ['variables given', { text: 'x', number: 0, filter: { min: 2 }, value: JSON.parse(jsonText) as unknown }],
    ['variables left out', {}],
    ['variables that are null', { text: null, number: null, filter: null, value: null }],
  ])('%s', async (_what, variables) => {
    await runner.expectAnswer(
      store,
      `query ($text: String = "by default", $number: Int, $filter: Filter = { colors: [GREEN] }, $value: JSON) {
         echo(text: $text, number: $number, filter: $filter) json(value: $value)
         nested: json(value: { inside: [$value] }) }`,
      variables,
    );
  });

  // Of this Apollo's planner makes an empty plan, which its executor answers as a success.
  test.each([true, false])('conditions that leave an object and nothing in it: %s', async (yes) => {
    const { data } = await runner.expectAnswer(
      store,
      'query ($yes: Boolean!) { product @include(if: $yes) { name @skip(if: $yes) } }',
      { yes },
    );
    expect(data).toEqual(yes ? { product: {} } : {});
  });

  test('mutations run one after the other, each once', async () => {
    order.length = 0;
    await runner.expectAnswer(
      store,
      'mutation { a: first(n: 1) { price } second { name } b: first(n: 1) { id } third c: first(n: 2) { price } }',
    );
    expect(order).toEqual(['first 1', 'second', 'first 1', 'third', 'first 2']);
  });

  const firstAgain = 'first { price sizes { width } }';
  test.each([
    ['once more', `first { name } second { name } ${firstAgain}`, ['first', 'second'], ['first', 'second']],
    [
      'once more, later, on a condition',
      `first { name } second { name } ... @include(if: $yes) { ${firstAgain} }`,
      ['first', 'second'],
      ['first', 'second'],
    ],
    [
      'in a fragment, on a condition, behind another',
      `first { name } ... @include(if: $yes) { second { name } ${firstAgain} } third`,
      ['first', 'second', 'third'],
      ['first', 'third'],
    ],
    [
      'first on a condition',
      `... @include(if: $yes) { ${firstAgain} } second { name } first { name }`,
      ['first', 'second'],
      ['second', 'first'],
    ],
    [
      'on two that exclude each other',
      `... @include(if: $yes) { ${firstAgain} } second { name } ... @skip(if: $yes) { first { name } } third`,
      ['first', 'second', 'third'],
      ['second', 'first', 'third'],
    ],
    [
      'on two that do not',
      `... @skip(if: $no) { ${firstAgain} } second { name } ... @include(if: $yes) { first { name } }`,
      ['first', 'second'],
      ['second'],
    ],
  ])('a field of a mutation is done once, asked %s', async (_what, fields, whenYes, whenNo) => {
    for (const yes of [true, false]) {
      order.length = 0;
      const text = `mutation ($yes: Boolean!, $no: Boolean!) { ${fields} }`;
      await runner.expectAnswer(store, text, { yes, no: !yes });
      expect(order.map((done) => done.split(' ')[0])).toEqual(yes ? whenYes : whenNo);
    }
  });

  test('a null that is not allowed is told in errors, at its place', async () => {
    const fixture = storeWith({ 'Product.must': () => null });
    const got = await runner.expectAnswer(fixture, '{ product { name must } list { id } }');
    expect(got.errors?.map(({ path }) => path)).toEqual([['product', 'must']]);
  });

  test('a null from the second subgraph empties the nearest field that may be null', async () => {
    const got = await runner.expectAnswer(
      storeWith({ 'Product.price': () => null }),
      '{ list { id price } product { name } }',
    );
    expect(got.data).toEqual({ list: null, product: { name: 'Hat' } });
  });

  test('a null in one of two aliases of an object does not empty the other', async () => {
    const fixture = storeWith({ 'Product.must': () => null });
    const got = await runner.expectAnswer(
      fixture,
      '{ a: product { must } b: product { name } product { c: name } }',
    );
    expect(got.data).toEqual({ a: null, b: { name: 'Hat' }, product: { c: 'Hat' } });
  });

  test('an entity that a subgraph does not know is an error for its fields that must be there', async () => {
    const { got } = await runner.answersOf(
      storeWith({ 'Query.product': () => ({ id: 'unknown', name: 'Ghost' }) }),
      { text: '{ product { name price } }' },
    );
    expect(got.data).toEqual({ product: null });
    expect(got.errors?.map(({ path }) => path)).toEqual([['product', 'price']]);
  });

  test('lists of different lengths from two subgraphs are not mixed', async () => {
    const fixture = storeWith({
      'Product.sizes': (_parent, _args, subgraph) =>
        subgraph === 'other' ? [{ width: 9 }] : [{ width: 1 }, { width: 2 }],
    });
    const { got } = await runner.answersOf(fixture, { text: '{ product { sizes { width } price name } }' });
    expect(JSON.stringify(got.data)).toBe(
      '{"product":{"sizes":[{"width":1},{"width":2}],"price":0,"name":"Hat"}}',
    );
  });

  test('thousands of aliases of one field are answered', async () => {
    const aliases = Array.from({ length: 3700 }, (_, index) => `a${index}: name`).join(' ');
    const { data } = await runner.expectAnswer(store, `{ product { ${aliases} price } }`);
    expect(Object.keys(data?.product ?? {})).toHaveLength(3701);
  });

  test('Object.prototype is as it was', async () => {
    await runner.expectAnswer(
      store,
      '{ __proto__: product { data __proto__: data constructor: data } json }',
    );
    expect(Object.getOwnPropertyNames(Object.prototype)).not.toContain('polluted');
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });
});
