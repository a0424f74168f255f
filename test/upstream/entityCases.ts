import {
  answering,
  at,
  canaries,
  failed,
  type MisbehaviourCase,
  malformed,
  reported,
  unfit,
} from './misbehaviourCase.ts';

/** `shelf` holds the things a, b and c of the sound subgraph; their stock and weight are shaky's. */
const shelf = ['a', 'b', 'c'];
const query = '{ shelf { id stock } number }';

function stocked(...stocks: readonly (number | null)[]) {
  return { shelf: shelf.map((id, index) => ({ id, stock: stocks[index] ?? null })) };
}

const otherNumber = failed(
  'SUBGRAPH_MALFORMED_RESPONSE',
  'Subgraph "shaky" answered another number of entities than it was asked for.',
  ['shelf'],
);

const wrongLists: MisbehaviourCase[] = [
  ['fewer', '[{"stock":1},{"stock":2}]'],
  ['more', '[{"stock":1},{"stock":2},{"stock":3},{"stock":4}]'],
  ['none', '[]'],
  ['an object', '{"0":{"stock":1},"1":{"stock":2},"2":{"stock":3},"length":3}'],
  ['a text', `"${canaries.body}"`],
  ['null and no error', 'null'],
].map(([title, entities]) => ({
  row: 'S17',
  title: `${title} for three entities`,
  query,
  misbehave: answering(`{"data":{"_entities":${entities}}}`),
  data: stocked(),
  errors: [otherNumber],
}));

const lists: MisbehaviourCase[] = [
  {
    title: 'no list of entities at all',
    misbehave: answering('{"data":{}}'),
    data: stocked(),
    errors: [otherNumber],
  },
  {
    title: 'fewer entities, and an error',
    misbehave: answering('{"data":{"_entities":[{"stock":1}]},"errors":[{"message":"No"}]}'),
    data: stocked(),
    errors: [otherNumber, reported('No', ['shelf'])],
  },
  {
    title: 'null for entities it does not know',
    misbehave: answering('{"data":{"_entities":[null,{"stock":2},null]}}'),
    data: stocked(null, 2),
  },
  {
    title: 'null for an entity whose fields must be there',
    query: '{ shelf { id weight } number }',
    misbehave: answering('{"data":{"_entities":[null,{"weight":2},null]}}'),
    data: { shelf: [null, { id: 'b', weight: 2 }, null] },
    errors: [0, 2].map((index) =>
      unfit('Cannot return null for non-nullable field Thing.weight.', ['shelf', index, 'weight']),
    ),
  },
  {
    title: 'no entities, with an error',
    misbehave: answering('{"data":null,"errors":[{"message":"No"}]}'),
    data: stocked(),
    errors: [reported('No', ['shelf'])],
  },
  {
    title: 'no JSON in place of entities',
    misbehave: answering(canaries.body),
    data: stocked(),
    errors: [at(['shelf'], malformed)],
  },
].map((given) => ({ row: 'S17', query, ...given }));

const repeated: MisbehaviourCase[] = [
  {
    row: 'S18',
    title: 'one entity, where a list names it 10,000 times',
    query: '{ twins { stock } number }',
    misbehave: (socket, request) => {
      const { representations } = (JSON.parse(request.body) as { variables: { representations: unknown[] } })
        .variables;
      answering(JSON.stringify({ data: { _entities: representations.map(() => ({ stock: 7 })) } }))(
        socket,
        request,
      );
      if (representations.length !== 1) throw new Error(`${representations.length} representations came`);
    },
    data: { twins: Array.from({ length: 10_000 }, () => ({ stock: 7 })) },
  },
  {
    row: 'S18',
    title: 'null for it',
    query: '{ twins { weight } number }',
    misbehave: answering('{"data":{"_entities":[null]}}'),
    data: { twins: Array.from({ length: 10_000 }, () => null) },
    errors: [
      ...Array.from({ length: 99 }, (_, index) =>
        unfit('Cannot return null for non-nullable field Thing.weight.', ['twins', index, 'weight']),
      ),
      {
        message: 'There are more errors than the 100 that are listed.',
        extensions: { code: 'SUBGRAPH_ERROR' },
      },
    ],
  },
];

const rightSizes = '{"sizes":[{"height":1},{"height":2}]}';
const whole = { sizes: [1, 2].map((size) => ({ width: size, height: size })) };
const half = { sizes: [1, 2].map((size) => ({ width: size, height: null })) };
/** Each thing has two sizes, of which the sound subgraph knows the width. */
const otherLengths: MisbehaviourCase[] = [
  ['shorter', '[{"height":1}]'],
  ['longer', '[{"height":1},{"height":2},{"height":3}]'],
  ['empty', '[]'],
].map(([how, sizes]) => ({
  row: 'S19',
  title: `a list that is ${how} than another subgraph's`,
  query: '{ shelf { sizes { width height } } number }',
  misbehave: answering(`{"data":{"_entities":[${rightSizes},{"sizes":${sizes}},${rightSizes}]}}`),
  data: { shelf: [whole, half, whole] },
  errors: [
    failed(
      'SUBGRAPH_MALFORMED_RESPONSE',
      'Subgraph "shaky" answered a list of another length than another subgraph.',
      ['shelf', 1, 'sizes'],
    ),
  ],
}));

const places: MisbehaviourCase[] = [
  {
    title: 'errors of entities, at places that are and are not there',
    misbehave: answering(
      JSON.stringify({
        data: { _entities: [{ stock: null }, { stock: 2 }, { stock: null }] },
        errors: [
          { message: 'the first', path: ['_entities', 0, 'stock'] },
          { message: 'beyond', path: ['_entities', 99, 'stock'] },
          { message: 'a name', path: ['_entities', 'x'] },
          { message: '__proto__', path: ['_entities', '__proto__'] },
          { message: 'below the third', path: ['_entities', 2, '__proto__', 0] },
          { message: 'nowhere' },
        ],
      }),
    ),
    data: stocked(null, 2),
    errors: [
      reported('the first', ['shelf', 0, 'stock']),
      reported('beyond', ['shelf']),
      reported('a name', ['shelf']),
      reported('__proto__', ['shelf']),
      reported('below the third', ['shelf', 2]),
      reported('nowhere', ['shelf']),
    ],
  },
].map((given) => ({ row: 'S20', query, ...given }));

const inherited = ['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty'];
const prototypes: MisbehaviourCase[] = inherited.map((name) => ({
  row: 'V54',
  title: `entities with the key ${name}`,
  query,
  misbehave: answering(
    `{"data":{"_entities":[{"${name}":{"polluted":1,"prototype":{"polluted":1}},"stock":1},{"${name}":"x"},{"stock":3}]}}`,
  ),
  data: stocked(1, null, 3),
}));

export const entityCases: readonly MisbehaviourCase[] = [
  ...wrongLists,
  ...lists,
  ...repeated,
  ...otherLengths,
  ...places,
  ...prototypes,
];
