/**
 * What is asked. `big`, `small` and `one` repeat one operation, as benchmarks of gateways do, so gateways that join identical calls
 * in flight gain by it. The others cannot be joined or kept: every request differs, or is too large for it to matter.
 */
export interface Workload {
  readonly name: string;
  readonly describes: string;
  /** Request bodies, sent in turn. */
  readonly bodies: readonly string[];
}

const user = 'fragment User on User { id username name }';
const review = 'fragment Review on Review { id body }';
const product = 'fragment Product on Product { inStock name price shippingEstimate upc weight }';
const reviewsOf = (inside: string) => `reviews { ...Review ${inside} }`;
const big = `${user} ${review} ${product}
query Big {
  users {
    ...User
    ${reviewsOf(`product { ...Product ${reviewsOf(`author { ...User ${reviewsOf('product { ...Product }')} }`)} }`)}
  }
  topProducts {
    ...Product
    ${reviewsOf(`author { ...User ${reviewsOf('product { ...Product }')} }`)}
  }
}`;

const windows = `query Windows($offset: Int!, $first: Int!, $skip: Int!, $upc: String!, $id: ID!) {
  catalogue(offset: $offset, first: $first) {
    upc name price inStock shippingEstimate
    reviews(offset: $skip, first: 2) { id body author { id username name } }
  }
  product(upc: $upc) { name warehouse rating }
  user(id: $id) { name reviews(first: 3) { id stars product { name inStock } } }
}`;

const entities = `query Entities($offset: Int!) {
  catalogue(offset: $offset, first: 200) {
    upc name price inStock shippingEstimate rating reviews(first: 2) { id stars }
  }
}`;

const large = `query Large($offset: Int!) {
  catalogue(offset: $offset, first: 600) {
    upc name description price weight inStock warehouse shippingEstimate
    reviews(first: 5) { id body stars author { id username name } }
  }
}`;

/** Twenty shapes that clients of a shop might send: lists, lookups, aliases, fragments, conditions, deep and shallow. */
const mix: readonly (readonly [query: string, variables?: Record<string, unknown>])[] = [
  ['query Me { me { id name username birthday } }'],
  ['query TopProducts { topProducts(first: 3) { upc name price } }'],
  ['query Stock { topProducts(first: 5) { upc inStock warehouse } }'],
  [
    'query Product($upc: String!) { product(upc: $upc) { name price rating shippingEstimate } }',
    { upc: 'p77' },
  ],
  ['query User($id: ID!) { user(id: $id) { name reviews(first: 5) { id body } } }', { id: 'u42' }],
  ['query Latest { latestReviews(first: 10) { id stars author { name } product { name } } }'],
  ['query Review($id: ID!) { review(id: $id) { body author { username } } }', { id: 'r120' }],
  ['query Members { members(offset: 40, first: 20) { id name } }'],
  ['query Catalogue { catalogue(offset: 100, first: 20) { upc name price rating } }'],
  ['query Shipping { catalogue(offset: 200, first: 20) { upc shippingEstimate } }'],
  [
    `query Aliases { a: product(upc: "p1") { title: name cost: price } b: product(upc: "p2") { title: name } }`,
  ],
  [
    `${product} query Fragments { one: product(upc: "p10") { ...Product } two: product(upc: "p11") { ...Product } }`,
  ],
  [
    'query Conditions($deep: Boolean!) { topProducts { name reviews @include(if: $deep) { id } rating @skip(if: $deep) } }',
    { deep: true },
  ],
  ['query Authors { product(upc: "p300") { reviews { author { id name birthday } } } }'],
  ['query Circle { me { reviews { product { reviews { author { name } } } } } }'],
  [`${user} query Everyone { users { ...User } members(first: 10) { ...User birthday } }`],
  ['query Types { __typename me { __typename id } topProducts { __typename upc inStock } }'],
  ['query Spread { me { ... on User { name reviews(first: 1) { ... on Review { body } } } } }'],
  ['query Several { me { name } review(id: "r9") { body } product(upc: "p9") { name inStock } }'],
  [
    'query Bought($id: ID!, $first: Int) { user(id: $id) { reviews(first: $first) { product { upc name inStock price } } } }',
    { id: 'u100', first: 10 },
  ],
];

export function createWorkloads(): readonly Workload[] {
  return [
    { name: 'big', describes: '16 fetches over four levels, the known benchmark', bodies: [body(big)] },
    {
      name: 'small',
      describes: '2 fetches in sequence',
      bodies: [body('query Small { topProducts { upc name inStock } }')],
    },
    {
      name: 'one',
      describes: '1 fetch',
      bodies: [body('query One { topProducts { upc name price weight } }')],
    },
    { name: 'windows', describes: '5,000 different sets of windows and keys', bodies: windowBodies(5000) },
    {
      name: 'entities',
      describes: '200 entities over 3 subgraphs, 800 windows',
      bodies: Array.from({ length: 800 }, (_, index) => body(entities, { offset: (index * 331) % 800 })),
    },
    {
      name: 'mix',
      describes: '20 operations in turn',
      bodies: mix.map(([query, variables]) => body(query, variables)),
    },
    {
      name: 'large',
      describes: 'an answer of about 1 MB, 40 windows',
      bodies: Array.from({ length: 40 }, (_, index) => body(large, { offset: (index * 7) % 400 })),
    },
  ];
}

function body(query: string, variables?: Record<string, unknown>): string {
  return JSON.stringify(variables ? { query, variables } : { query });
}

function windowBodies(count: number): readonly string[] {
  const next = createRandom(20_251_123);
  return Array.from({ length: count }, () =>
    body(windows, {
      offset: next(980),
      first: 5 + next(11),
      skip: next(4),
      upc: `p${1 + next(1000)}`,
      id: `u${1 + next(300)}`,
    }),
  );
}

/** Whole numbers below a bound, the same ones in every run. */
function createRandom(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}
