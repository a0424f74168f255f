import { afterAll, describe, test } from '@jest/globals';
import { createFixtureRunner, type Fixture } from './fixture.ts';

const runner = createFixtureRunner();
afterAll(() => runner.close());

const comments = ['first', 'second', 'third', 'fourth'];
const upTo = (args: Readonly<Record<string, unknown>>): readonly string[] =>
  comments.slice(0, Number(args.limit));

const shop: Fixture = {
  sdl: {
    catalog: `type Query { product: Product products: [[Product]] }
      type Product @key(fields: "id") { id: ID! name: String weight: Int size: Size
        comments(limit: Int = 2): [String] maker: Maker things: [Thing!] }
      type Size @shareable { width: Int height: Int }
      union Thing = Maker | Part
      type Part @shareable { number: Int }
      type Maker @key(fields: "id") { id: ID! }`,
    makers: 'type Maker @key(fields: "id") { id: ID! title: String country(code: Boolean = false): String }',
    shipping: `type Query { shipped: Product }
      type Product @key(fields: "id") { id: ID!
        weight: Int @external
        size: Size @external
        comments(limit: Int = 2): [String] @external
        maker: Maker @external
        things: [Thing!] @external
        cost: String @requires(fields: "weight")
        box: String @requires(fields: "weight size { width height }")
        tone: String @requires(fields: "comments(limit: 3)")
        label: String @requires(fields: "maker { title }")
        origin: String @requires(fields: "maker { country(code: true) }")
        list: String @requires(fields: "things { ... on Part { number } ... on Maker { id title } }") }
      type Size @shareable { width: Int height: Int }
      union Thing = Maker | Part
      type Part @shareable { number: Int }
      type Maker @key(fields: "id") { id: ID! title: String @external country(code: Boolean = false): String @external }`,
    moods: `type Product @key(fields: "id") { id: ID!
        comments(limit: Int = 2): [String] @external
        cost: String @external
        maker: Maker @external
        mood: String @requires(fields: "comments(limit: 1)")
        gloom: String @requires(fields: "comments(limit: 2)")
        place: String @requires(fields: "maker { country(code: false) }")
        total: String @requires(fields: "cost") }
      type Maker @key(fields: "id") { id: ID! country(code: Boolean = false): String @external }`,
  },
  entities: {
    Product: [{ id: '1', name: 'Hat', weight: 0, size: { width: 1, height: null } }],
    Maker: [{ __typename: 'Maker', id: 'm', title: 'Hatter' }],
  },
  fields: {
    'Query.product': () => shop.entities.Product?.[0],
    'Query.shipped': () => shop.entities.Product?.[0],
    'Query.products': () => [[shop.entities.Product?.[0], null], [], null],
    'Product.comments': (_parent, args) => upTo(args),
    'Product.maker': () => shop.entities.Maker?.[0],
    'Maker.country': (_parent, { code }) => (code ? 'CH' : 'Switzerland'),
    'Product.things': () => [{ __typename: 'Part', number: 0 }, shop.entities.Maker?.[0]],
    'Product.cost'({ sent, weight }, _args, subgraph) {
      if (subgraph !== null && sent?.weight === undefined) throw new Error('The weight is not known here');
      return `${JSON.stringify(sent ? sent.weight : weight)} francs`;
    },
    'Product.box': ({ sent, weight, size }) =>
      JSON.stringify(sent ? [sent.weight, ownSize(sent.size)] : [weight, ownSize(size)]),
    'Product.tone': ({ sent }) => JSON.stringify(sent ? sent.comments : upTo({ limit: 3 })),
    'Product.mood': ({ sent }) => JSON.stringify(sent ? sent.comments : upTo({ limit: 1 })),
    'Product.gloom': ({ sent }) => JSON.stringify(sent ? sent.comments : upTo({ limit: 2 })),
    'Product.place': ({ sent }) => `in ${sent ? (sent.maker as { country: string }).country : 'Switzerland'}`,
    'Product.label': ({ sent }) => `by ${sent ? (sent.maker as { title: string }).title : 'Hatter'}`,
    'Product.origin': ({ sent }) => `from ${sent ? (sent.maker as { country: string }).country : 'CH'}`,
    'Product.list': ({ sent }) => (sent ? thingsText(sent.things) : thingsText(things)),
    'Product.total': ({ sent }) => `in all ${sent ? sent.cost : '0 francs'}`,
  },
};

const things = [{ number: 0 }, { id: 'm', title: 'Hatter' }];

function ownSize(size: unknown): unknown {
  const { width, height } = size as { width: unknown; height: unknown };
  return { width, height };
}

function thingsText(list: unknown): string {
  const items = list as readonly { number?: number; id?: string; title?: string }[];
  return items.map(({ number, id, title }) => `${number}/${id}/${title}`).join();
}

describe('@requires', () => {
  test('a field is computed from one of another subgraph', async () => {
    await runner.expectAnswer(shop, '{ product { cost } products { cost id } }');
  });

  test('chains of required fields are fetched in order', async () => {
    await runner.expectAnswer(shop, '{ product { total } }');
  });

  // Apollo's planner asks `cost` of the subgraph at hand at once, since that has it.
  test('a required field that requires another is not asked before that is there', async () => {
    await runner.expectAnswer(shop, '{ shipped { total } }');
    await runner.expectAnswer(shop, '{ shipped { cost total name } product { total cost } }');
  });

  test('required fields may be objects with nulls in them', async () => {
    await runner.expectAnswer(shop, '{ product { box } }');
  });

  test('required fields may be those of another entity', async () => {
    await runner.expectAnswer(shop, '{ product { label } }');
  });

  test('required fields may have arguments', async () => {
    await runner.expectAnswer(shop, '{ product { tone } }');
  });

  test('required fields of another entity may have arguments', async () => {
    await runner.expectAnswer(shop, '{ product { origin } }');
  });

  test('required selections may have fragments on the members of a union', async () => {
    await runner.expectAnswer(shop, '{ product { list } }');
  });

  test('what the client asks of a required object is kept apart from it', async () => {
    await runner.expectAnswer(shop, '{ product { size { height } box maker { id } label } }');
  });

  test("a client's alias may be the name of a required field", async () => {
    await runner.expectAnswer(shop, '{ product { weight: name cost } }');
  });

  test("a client's alias below may be the name of a required field", async () => {
    await runner.expectAnswer(shop, '{ product { size { width: height } box maker { title: id } label } }');
  });

  test("a client's alias may be the name of a key", async () => {
    await runner.expectAnswer(shop, '{ product { id: name cost } }');
  });

  test('a client may ask a required field with other arguments', async () => {
    await runner.expectAnswer(shop, '{ product { comments(limit: 1) tone } }');
  });

  test('a client may ask a required field with its default arguments', async () => {
    await runner.expectAnswer(shop, '{ product { comments tone maker { country } origin } }');
  });

  // Apollo's planner merges what they require.
  test.each([
    ['of two subgraphs', '{ product { tone mood } }'],
    ['of one subgraph', '{ product { mood gloom } products { gloom mood tone } }'],
    ['of a field of another entity', '{ product { origin place } }'],
    [
      'beside those of the client',
      'query ($n: Int) { product { a: comments(limit: $n) comments mood gloom tone } }',
    ],
  ])('two fields may require one field with different arguments: %s', async (_which, text) => {
    await runner.expectAnswer(shop, text, text.includes('$n') ? { n: 4 } : {});
  });

  test('a required field with arguments, asked under a condition', async () => {
    const text =
      'query ($yes: Boolean!) { product { tone @include(if: $yes) mood @skip(if: $yes) comments(limit: 0) @include(if: $yes) } }';
    for (const yes of [true, false]) await runner.expectAnswer(shop, text, { yes });
  });

  test('a required field under several aliases is each what was asked', async () => {
    await runner.expectAnswer(
      shop,
      'query ($n: Int = 4) { product { a: comments(limit: $n) b: comments(limit: 0) tone weight w: weight cost } }',
    );
  });
});
