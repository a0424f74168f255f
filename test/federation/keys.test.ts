import { afterAll, describe, expect, test } from '@jest/globals';
import { createFixtureRunner, type Fixture } from './fixture.ts';

const runner = createFixtureRunner();
afterAll(() => runner.close());

const multiple: Fixture = {
  sdl: {
    catalog: `type Query { products: [Product!]! }
      type Product @key(fields: "id") @key(fields: "sku") { id: ID! sku: String! name: String }`,
    stock: 'type Product @key(fields: "sku") { sku: String! inStock: Int }',
    reviews: 'type Product @key(fields: "id") { id: ID! stars: Float }',
  },
  entities: {
    Product: [
      { id: '1', sku: 'a', name: 'Hat', inStock: 0, stars: 4.5 },
      { id: '2', sku: 'b', name: null, inStock: 3, stars: null },
    ],
  },
  fields: { 'Query.products': () => multiple.entities.Product },
};

const compound: Fixture = {
  sdl: {
    orders: `type Query { orders: [Order] }
      type Order @key(fields: "id owner { id region { id } }") { id: ID! owner: Owner! }
      type Owner @shareable { id: ID! region: Region! } type Region @shareable { id: ID! }`,
    bills: `type Order @key(fields: "id owner { id region { id } }") { id: ID! owner: Owner! bill: String }
      type Owner @shareable { id: ID! region: Region! } type Region @shareable { id: ID! }`,
  },
  entities: { Order: [{ id: '1', owner: { id: 'o', region: { id: 'r' } } }] },
  fields: {
    'Query.orders': () => [compound.entities.Order?.[0], null],
    'Order.bill': ({ sent, owner }) => JSON.stringify(sent ? sent.owner : owner),
  },
};

/** A product whose key is of another type and may be null; the other subgraph tells what it was sent. */
function keyed(type: string, values: readonly unknown[]): Fixture {
  const instances = values.map((value) => ({ flag: value, name: `of ${JSON.stringify(value)}` }));
  return {
    sdl: {
      catalog: `type Query { products: [Product] } type Product @key(fields: "flag") { flag: ${type} }`,
      names: `type Product @key(fields: "flag") { flag: ${type} name: String }`,
    },
    entities: { Product: instances },
    fields: { 'Query.products': () => instances },
  };
}

/** Two types that one fetch finds by different keys, each of which is a field of the other as well. */
const mixed: Fixture = {
  sdl: {
    shelf: `type Query { shelf: [Thing!]! } union Thing = Book | Film
      type Book @key(fields: "id") { id: ID! } type Film @key(fields: "upc") { upc: String! }`,
    facts: `type Book @key(fields: "id") { id: ID! upc: String! name: String }
      type Film @key(fields: "upc") { upc: String! id: ID! name: String }`,
  },
  entities: {
    Book: [
      { __typename: 'Book', id: '1', upc: 'a', name: 'Emma' },
      { __typename: 'Book', id: '2', upc: 'c', name: null },
    ],
    Film: [
      { __typename: 'Film', id: '3', upc: 'b', name: 'Alien' },
      { __typename: 'Film', id: '4', upc: 'a', name: 'Heat' },
    ],
  },
  fields: {
    'Query.shelf': () => {
      const { Book = [], Film = [] } = mixed.entities;
      return [Book[0], Film[0], Film[1], Book[1]];
    },
  },
};

/** Subgraph `catalog` has these keys, of which it resolves some; what it computes needs a field of another subgraph. */
function reEntered(keys: string): Fixture {
  const product = { id: '1', upc: 'u', sku: 's', box: { id: 'b' }, weight: 7 };
  const common = 'id: ID! @shareable upc: String! @shareable sku: String! @shareable box: Box! @shareable';
  const box = 'type Box @shareable { id: ID! }';
  return {
    sdl: {
      catalog: `type Query { product: Product products: [[Product!]] }
        type Product ${keys} { ${common} weight: Int @external shipping: String @requires(fields: "weight") } ${box}`,
      scales: `type Product @key(fields: "id") @key(fields: "upc") @key(fields: "sku") @key(fields: "id box { id }") {
        ${common} weight: Int }  ${box}`,
    },
    entities: { Product: [product] },
    fields: {
      'Query.product': () => product,
      'Query.products': () => [[product, product], null],
      'Product.shipping'({ sent, weight }) {
        const resolved = [...keys.matchAll(/@key\(fields: "(\w+)[^"]*"\)/g)].map(([, name = '']) => name);
        if (sent && !resolved.some((name) => Object.hasOwn(sent, name)))
          throw new Error('None of the keys is resolvable here');
        return `for ${sent ? sent.weight : weight} kg`;
      },
    },
  };
}

describe('keys', () => {
  test('an entity with two keys is found by either', async () => {
    await runner.expectAnswer(multiple, '{ products { stars inStock name } }');
  });

  test('a key may reach into nested objects', async () => {
    await runner.expectAnswer(compound, '{ orders { bill owner { id } } }');
  });

  test.each([
    ['whole numbers, zero too', 'Int!', [0, 1, -1]],
    ['booleans, false too', 'Boolean!', [false, true]],
    ['texts, the empty one too', 'String!', ['', 'x']],
    ['fractions, zero too', 'Float!', [0, 0.5]],
    ['identifiers, the empty one too', 'ID!', ['', '0']],
  ])('keys may be %s', async (_what, type, values) => {
    const { data } = await runner.expectAnswer(keyed(type, values), '{ products { renamed: name name } }');
    expect(JSON.stringify(data)).not.toContain('null');
  });

  test('a key that is null is sent as null', async () => {
    await runner.expectAnswer(keyed('Int', [0, null, 2]), '{ products { name } }');
  });

  // Told of one type and not of the other, a key says nothing of the order of the entities.
  test.each([
    ['the key of the other is asked of the first', '{ shelf { ... on Book { upc } ... on Film { name } } }'],
    ['the key of the other is asked of the second', '{ shelf { ... on Book { name } ... on Film { id } } }'],
    ['those of both are', '{ shelf { ... on Book { upc name } ... on Film { id name } } }'],
  ])('entities of two types that one fetch finds by different keys are taken: %s', async (_which, text) => {
    await runner.expectAnswer(mixed, text);
    expect((await runner.answersOf(mixed, { text })).bodies).toHaveLength(2);
  });

  test('keys under another alias are sent as they are', async () => {
    await runner.expectAnswer(keyed('Int!', [0, 5]), '{ products { flag2: flag x: flag name } }');
  });

  // Apollo's planner takes the first key of the type, resolvable or not.
  test.each([
    ['the second of two', '@key(fields: "id", resolvable: false) @key(fields: "upc")'],
    [
      'the last of three',
      '@key(fields: "id", resolvable: false) @key(fields: "upc", resolvable: false) @key(fields: "sku")',
    ],
    ['the first of two', '@key(fields: "upc") @key(fields: "id", resolvable: false)'],
    ['a nested one', '@key(fields: "upc", resolvable: false) @key(fields: "id box { id }")'],
  ])(
    'after a @requires a subgraph is entered again by a key that it can resolve: %s',
    async (_which, keys) => {
      await runner.expectAnswer(
        reEntered(keys),
        '{ product { shipping } products { upc shipping id: sku } }',
      );
    },
  );
});
