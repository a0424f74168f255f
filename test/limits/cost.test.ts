import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { startSubgraph, type TestSubgraph } from '../support/startSubgraph.ts';
import { startTestGateway, type TestGateway } from '../support/startTestGateway.ts';

const link = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@cost", "@listSize"])\n`;
const schema = `
  type Query {
    word: String
    dear: String @cost(weight: 7)
    user: User
    users: [User]
    page(first: Int = 3, last: Int, by: By): [User] @listSize(slicingArguments: ["first", "last"], requireOneSlicingArgument: false)
    five: [User] @listSize(assumedSize: 5)
    connection(first: Int): Connection @listSize(slicingArguments: ["first"], sizedFields: ["edges"], assumedSize: 4)
    find(by: By, ids: [ID!] @cost(weight: 2)): User
    things: [Thing] @listSize(assumedSize: 2)
    named: Named
    kind: Kind
  }
  type Mutation { change(by: By): User }
  type User { id: ID name: String friends(first: Int): [User] @listSize(slicingArguments: ["first"]) heavy: Heavy }
  type Heavy @cost(weight: 20) { id: ID }
  type Connection { edges: [Edge] total: Int pages: [User] }
  type Edge { node: User }
  union Thing = User | Heavy | Other
  interface Named { name: String list: [User] }
  type Other implements Named { name: String @cost(weight: 9) list: [User] @listSize(assumedSize: 3) }
  type Plain implements Named { name: String list: [User] }
  enum Kind @cost(weight: 6) { A }
  input By { text: String @cost(weight: 4) size: Int inner: By }
`;

/** What operations cost, as the gateway that lets none through says itself. */
describe('the cost of an operation', () => {
  let words: TestSubgraph;
  let gateway: TestGateway;

  beforeAll(async () => {
    words = await startSubgraph('words', { sdl: 'type Query { word: String }' });
    gateway = await startTestGateway({
      subgraphs: [{ ...words, sdl: link + schema }],
      settings: {
        limits: {
          operation: {
            cost: 0,
            aliases: 1000,
            rootFields: 1000,
            depth: 100,
            tokens: 100_000,
            directives: 1000,
          },
        },
      },
    });
  });
  afterAll(async () => {
    await gateway.stop();
    await words.stop();
  });

  async function costOf(query: string, variables: object = {}): Promise<number> {
    const { body } = await gateway.query(query, { variables });
    if (body.data !== undefined) return 0; // It was let through.
    const [, cost] =
      /^The operation is estimated to cost (\d+); allowed: 0\.$/.exec(body.errors?.[0]?.message ?? '') ?? [];
    if (cost === undefined) throw new Error(JSON.stringify(body));
    return Number(cost);
  }

  test.each([
    ['values are free', '{ word }', 0],
    ['unless they weigh something', '{ dear }', 7],
    ['or their type does', '{ kind }', 6],
    ['an object is one', '{ user { id name } }', 1],
    ['unless its type weighs more', '{ user { heavy { id } } }', 21],
    ['a list is ten, if nobody says more', '{ users { id } }', 10],
    ['lists in lists multiply', '{ users { friends { id } } }', 110],
    ['an assumed size counts', '{ five { id } }', 5],
    ['an argument slices', '{ page(first: 20) { id } }', 20],
    ['the schema has a default for it', '{ page { id } }', 3],
    ['of two the larger counts', '{ page(first: 2, last: 30) { id } }', 30],
    ['an object as an argument is one', '{ page(first: 1, by: {size: 8}) { id } }', 2],
    ['none is no less than none', '{ page(first: -5) { id } }', 0],
    ['null is not given', '{ connection(first: null) { edges { node { id } } } }', 9],
    [
      'a connection sizes the list in it, and itself is one',
      '{ connection(first: 6) { edges { node { id } } total } }',
      13,
    ],
    ['its other lists are not sized', '{ connection(first: 6) { pages { id } } }', 11],
    ['arguments cost once, not for each of a list', '{ find(ids: [1, 2, 3]) { id } }', 9],
    ['input objects are one, their fields weigh', '{ find(by: {text: "a", inner: {text: "b"}}) { id } }', 11],
    ['a mutation is ten more', 'mutation { change { id } }', 11],
    [
      'of types that exclude each other the dearest counts',
      '{ things { ... on User { friends(first: 4) { id } } ... on Heavy { id } ... on Other { name } } }',
      20,
    ],
    [
      'fields of all types add up',
      '{ things { __typename ... on Named { list { id } } ... on Other { name } } }',
      2 * (1 + 10 + 9),
    ],
    ['on an interface what any implementation says counts', '{ named { name } }', 10],
    [
      'introspection is free',
      '{ __schema { types { fields { type { name } } } } x: __type(name: "User") { name } user { id } }',
      1,
    ],
  ])('%s: %s', async (_what, query, cost) => {
    expect(await costOf(query)).toBe(cost);
  });

  test('a list on an interface is as long as any implementation says or leaves open', async () => {
    expect(await costOf('{ named { list { id } } }')).toBe(1 + 10);
    expect(await costOf('{ named { ... on Other { list { id } } } }')).toBe(1 + 3);
  });

  test('a hundred aliases cost a hundred times as much', async () => {
    const aliases = Array.from({ length: 100 }, (_, at) => `a${at}: users { id }`).join(' ');
    expect(await costOf(`{ ${aliases} }`)).toBe(1000);
  });

  test.each([
    '{users{id}}',
    '{ users { id id name } users { id } }',
    'query Other { ...F ... on Query { users { ...G } } } fragment F on Query { users { id } } fragment G on User { id }',
    '{ users { ... on User { id } ... { id } } }',
  ])('what is written otherwise, or twice, costs the same: %s', async (query) => {
    expect(await costOf(query)).toBe(10);
  });

  test('counts with the real variables', async () => {
    const query = 'query ($first: Int = 7, $by: By) { page(first: $first, by: $by) { id } }';
    expect(await costOf(query)).toBe(7);
    expect(await costOf(query, { first: 40 })).toBe(40);
    expect(await costOf(query, { first: null, by: { size: 12, text: 'a' } })).toBe(10 + 1 + 4);
    expect(await costOf('query ($ids: [ID!]) { find(ids: $ids) { id } }', { ids: [1, 2] })).toBe(1 + 2 + 4);
  });

  test('counts what is included, and nothing else', async () => {
    const query = `query ($yes: Boolean!, $no: Boolean = false) {
      a: users @include(if: $yes) { id }
      b: users @skip(if: $yes) { id friends(first: 100) { id } }
      ... @include(if: $no) { c: users { id } }
      ...F @skip(if: $no)
      d: users @skip(if: true) { id }
    } fragment F on Query { e: user { id } }`;
    expect(await costOf(query, { yes: true })).toBe(10 + 1);
    expect(await costOf(query, { yes: false })).toBe(10 * 101 + 1);
    expect(await costOf(query, { yes: true, no: true })).toBe(10 + 10);
  });

  test('a fragment that is spread under several conditions counts if any could be met', async () => {
    const query = `query ($a: Boolean!, $b: Boolean!) { ...F @include(if: $a) ...F @include(if: $b) }
      fragment F on Query { users { id } }`;
    expect(await costOf(query, { a: true, b: false })).toBe(10);
    expect(await costOf(query, { a: false, b: true })).toBe(10);
  });

  test('a hundred fragments, each spread twice under conditions of its own, cost no time', async () => {
    const fragments = Array.from(
      { length: 100 },
      (_, at) => `fragment F${at} on Query { ...F${at + 1} @include(if: $a) ...F${at + 1} @skip(if: $b) }`,
    );
    const query = `query ($a: Boolean!, $b: Boolean!) { ...F0 } ${fragments.join(' ')} fragment F100 on Query { user { id } }`;
    // Root fields are counted as often as they are spread, so this one has its own gateway.
    const wide = await startTestGateway({
      subgraphs: [{ ...words, sdl: link + schema }],
      settings: {
        limits: {
          operation: { cost: 0, rootFields: { max: 1, mode: 'off' }, directives: { max: 0, mode: 'off' } },
        },
      },
    });
    const { body } = await wide.query(query, { variables: { a: true, b: true } });
    await wide.stop();
    expect(body.errors?.[0]?.message).toBe('The operation is estimated to cost 1; allowed: 0.');
  });

  test.each([
    ['99999999 of them', '{ page(first: 99999999) { id } }', 99_999_999],
    [
      'more than 2^53',
      '{ page(first: 2000000000) { friends(first: 2000000000) { friends(first: 2000000000) { id } } } }',
      Number.MAX_SAFE_INTEGER,
    ],
    [
      'more than a number holds, times nothing',
      `{ ${'page(first: 2000000000) { friends(first: 2000000000) { '.replace('page', 'page')}${'friends(first: 2000000000) { '.repeat(40)}friends(first: 0) { id } ${'} '.repeat(42)}}`,
      Number.MAX_SAFE_INTEGER,
    ],
  ])('%s are over every limit', async (_what, query, cost) => {
    expect(await costOf(query)).toBe(cost);
  });
});
