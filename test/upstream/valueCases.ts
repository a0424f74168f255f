import {
  answering,
  canaries,
  type MisbehaviourCase,
  malformed,
  reported,
  unfit,
} from './misbehaviourCase.ts';

const noNull = (field: string) => `Cannot return null for non-nullable field ${field}.`;
const nulls: MisbehaviourCase[] = [
  {
    row: 'S14',
    title: 'null for a field that must be there',
    query: '{ inner { other sure } number }',
    misbehave: answering('{"data":{"inner":{"sure":null,"other":"x"}}}'),
    data: { inner: null },
    errors: [unfit(noNull('Inner.sure'), ['inner', 'sure'])],
  },
  {
    row: 'S14',
    title: 'nothing for a field that must be there',
    query: '{ inner { other sure } number }',
    misbehave: answering('{"data":{"inner":{"other":"x"}}}'),
    data: { inner: null },
    errors: [unfit(noNull('Inner.sure'), ['inner', 'sure'])],
  },
  {
    row: 'S14',
    title: 'nulls in a list that must have none',
    query: '{ texts number }',
    misbehave: answering('{"data":{"texts":["a",null,null]}}'),
    data: { texts: null },
    errors: [unfit(noNull('Query.texts'), ['texts', 1])],
  },
  {
    row: 'S14',
    title: 'null deep down, in a list that may have some',
    query: '{ inners { deep { sure } } number }',
    misbehave: answering('{"data":{"inners":[{"deep":{"sure":"x"}},{"deep":{"sure":null}}]}}'),
    data: { inners: [{ deep: { sure: 'x' } }, { deep: null }] },
    errors: [unfit(noNull('Inner.sure'), ['inners', 1, 'deep', 'sure'])],
  },
  {
    row: 'S14',
    title: 'null with an error that explains it',
    query: '{ inner { sure } number }',
    misbehave: answering('{"data":{"inner":null},"errors":[{"message":"No","path":["inner","sure"]}]}'),
    data: { inner: null },
    errors: [reported('No', ['inner', 'sure'])],
  },
];

const wrongTypes: MisbehaviourCase[] = [
  ['count', 'Int', '"1"'],
  ['count', 'Int', 'true'],
  ['count', 'Int', '1.5'],
  ['count', 'Int', '2147483648'],
  ['count', 'Int', '-2147483649'],
  ['count', 'Int', '1e400'],
  ['count', 'Int', '[1]'],
  ['ratio', 'Float', '"1.5"'],
  ['ratio', 'Float', '1e400'],
  ['ratio', 'Float', '-1e400'],
  ['flag', 'Boolean', '1'],
  ['flag', 'Boolean', '"true"'],
  ['word', 'String', '1'],
  ['word', 'String', '{"a":1}'],
  ['word', 'String', '["x"]'],
  ['key', 'ID', '1.5'],
  ['key', 'ID', 'true'],
  ['key', 'ID', '9007199254740993'],
  ['key', 'ID', '1e400'],
  ['color', 'Color', '"BLUE"'],
  ['color', 'Color', '"constructor"'],
  ['color', 'Color', '0'],
].map(([field = '', type = '', value]) => ({
  row: 'S15',
  title: `${value} for ${type}`,
  query: `{ ${field} number }`,
  misbehave: answering(`{"data":{"${field}":${value}}}`),
  data: { [field]: null },
  errors: [unfit(`A value of field Query.${field} is not of the type ${type}.`, [field])],
}));

const wrongShapes: MisbehaviourCase[] = [
  {
    title: 'a list for an object',
    query: '{ inner { sure } number }',
    misbehave: answering('{"data":{"inner":[{"sure":"x"}]}}'),
    data: { inner: null },
    errors: [unfit('Expected an object for field Query.inner.', ['inner'])],
  },
  {
    title: 'a text for an object',
    query: '{ inner { sure } number }',
    misbehave: answering(`{"data":{"inner":"${canaries.body}"}}`),
    data: { inner: null },
    errors: [unfit('Expected an object for field Query.inner.', ['inner'])],
  },
  {
    title: 'an object for a list',
    query: '{ texts number }',
    misbehave: answering('{"data":{"texts":{"0":"x","length":1}}}'),
    data: { texts: null },
    errors: [unfit('Expected a list for field Query.texts.', ['texts'])],
  },
  {
    title: 'one wrong item among good ones',
    query: '{ inners { other } number }',
    misbehave: answering('{"data":{"inners":[{"other":"x"},7,{"other":"y"}]}}'),
    data: { inners: [{ other: 'x' }, null, { other: 'y' }] },
    errors: [unfit('Expected an object for field Query.inners.', ['inners', 1])],
  },
  {
    title: 'numbers that are what their type says',
    query: '{ count ratio key number }',
    misbehave: answering('{"data":{"count":-0,"ratio":-0,"key":9007199254740991}}'),
    data: { count: 0, ratio: 0, key: '9007199254740991' },
  },
].map((given) => ({ row: 'S15', ...given }));

const extras: MisbehaviourCase[] = [
  {
    title: 'fields that were not asked for',
    misbehave: answering(
      `{"data":{"word":"good","secret":"${canaries.body}","number":99,"inner":{"sure":"x"}}}`,
    ),
    data: { word: 'good' },
  },
  {
    title: 'a type that is not in the interface or the union',
    query: '{ pet { name } pick { ... on Cat { lives } } number }',
    misbehave: answering(
      '{"data":{"pet":{"__typename":"Other","name":"x"},"pick":{"__typename":"Other","lives":9}}}',
    ),
    data: { pet: null, pick: null },
    errors: [
      unfit('The type of field Query.pet is not one of those it may have.', ['pet']),
      unfit('The type of field Query.pick is not one of those it may have.', ['pick']),
    ],
  },
  {
    title: 'a type nobody knows, a type that is none, no type',
    query: '{ picks { ... on Cat { lives } } number }',
    misbehave: answering(
      '{"data":{"picks":[{"__typename":"Nobody"},{"__typename":7},{},{"__typename":"constructor"},{"__typename":"Cat","lives":9}]}}',
    ),
    data: { picks: [null, null, null, null, { lives: 9 }] },
    errors: [0, 1, 2, 3].map((index) =>
      unfit('The type of field Query.picks is not one of those it may have.', ['picks', index]),
    ),
  },
].map((given) => ({ row: 'S16', ...given }));

const places: MisbehaviourCase[] = [
  ...[
    ['an index below zero', '["word",-1]'],
    ['an index that is no whole number', '["word",1.5]'],
    ['an index beyond all numbers', '["word",1e300]'],
    ['an object in it', '["word",{"a":1}]'],
    ['null in it', '["word",null]'],
    ['no list', '"word"'],
    ['a field nobody knows', '["nobody"]'],
    ['entities nobody asked for', '["_entities",99,"word"]'],
    ['__proto__', '["__proto__"]'],
    ['constructor', '["constructor","prototype"]'],
    ['an index at the root', '[0,0,0]'],
    ['a name of 100 KB', `["${'x'.repeat(100_000)}"]`],
  ].map(([title, path]) => ({
    title: `an error whose path is or has ${title}`,
    misbehave: answering(`{"data":{"word":null},"errors":[{"message":"No","path":${path}}]}`),
    errors: [reported('No')],
  })),
  {
    title: 'errors in lists that are shorter, or none',
    query: '{ inners { other } word number }',
    misbehave: answering(
      JSON.stringify({
        data: { inners: [{ other: 'x' }, null], word: null },
        errors: [
          { message: 'in it', path: ['inners', 1, 'other'] },
          { message: 'beyond it', path: ['inners', 2, 'other'] },
          { message: 'a name for an index', path: ['inners', '0', 'other'] },
          { message: 'in no list', path: ['inners', 0, 0] },
        ],
      }),
    ),
    data: { inners: [{ other: 'x' }, null], word: null },
    errors: [
      reported('in it', ['inners', 1, 'other']),
      reported('beyond it', ['inners']),
      reported('a name for an index', ['inners']),
      reported('in no list', ['inners', 0]),
    ],
  },
  {
    title: 'an error at line -1',
    misbehave: answering(
      '{"data":{"word":null},"errors":[{"message":"No","path":["word"],"locations":[{"line":-1,"column":"x"}]}]}',
    ),
    errors: [reported('No', ['word'])],
  },
].map((given) => ({ row: 'S20', ...given }));

const nested = (levels: number) => '['.repeat(levels) + ']'.repeat(levels);
const beyondTheTable: MisbehaviourCase[] = [
  {
    row: null,
    title: 'a value nested 30,000 deep',
    query: '{ anything number }',
    misbehave: answering(`{"data":{"anything":${nested(30_000)}}}`),
    data: { anything: null },
    errors: [unfit('A value of field Query.anything is not of the type Anything.', ['anything'])],
  },
  {
    row: null,
    title: 'a value nested 30,000 deep that nobody asked for',
    misbehave: answering(`{"data":{"word":"good","deep":${nested(30_000)}}}`),
    data: { word: 'good' },
  },
  {
    row: null,
    title: 'a list nested 30,000 deep where two are due',
    query: '{ grid number }',
    misbehave: answering(`{"data":{"grid":${nested(30_000)}}}`),
    data: { grid: [[null]] },
    errors: [unfit('A value of field Query.grid is not of the type Int.', ['grid', 0, 0])],
  },
  {
    row: null,
    title: 'a value nested 30,000 deep that another subgraph has to be sent',
    query: '{ found { id need } number }',
    misbehave: answering(`{"data":{"found":[{"__typename":"Thing","id":"a","data":${nested(30_000)}}]}}`),
    data: { found: [{ id: 'a', need: null }] },
    errors: [unfit('The data nests too deep to be read.', ['found'])],
  },
  {
    row: null,
    title: 'errors with extensions nested 30,000 deep, of 100 KB, and of the size that is told',
    misbehave: answering(
      `{"data":{"word":null},"errors":[${[nested(30_000), `"${'x'.repeat(100_000)}"`, '{"a":[1]}']
        .map((hint) => `{"message":"No","path":["word"],"extensions":{"code":"NO","hint":${hint}}}`)
        .join()}]}`,
    ),
    errors: [
      reported('No', ['word'], 'NO'),
      reported('No', ['word'], 'NO'),
      { message: 'No', path: ['word'], extensions: { code: 'NO', hint: { a: [1] }, subgraph: 'shaky' } },
    ],
  },
  {
    row: null,
    title: 'a surrogate that stands alone',
    misbehave: answering('{"data":{"word":"\\ud800"}}'),
    data: { word: '\ud800' },
  },
  {
    row: null,
    title: 'one key twice',
    misbehave: answering('{"data":{"word":"bad"},"data":{"word":"worse","word":"good"}}'),
    data: { word: 'good' },
  },
  {
    row: null,
    title: 'a code of 1 MB and a message that is empty',
    misbehave: answering(
      `{"data":{"word":null},"errors":[{"message":"","extensions":{"code":"${'C'.repeat(1e5)}"}}]}`,
    ),
    errors: [reported('The subgraph reported an error.', undefined, 'C'.repeat(128))],
  },
];

const inherited = ['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty'];
const prototypes: MisbehaviourCase[] = inherited.flatMap((name) => {
  const bad = `"${name}":{"${name}":{"polluted":1},"prototype":{"polluted":1},"polluted":1}`;
  return [
    {
      row: 'V54',
      title: `the key ${name} everywhere, with nothing else`,
      misbehave: answering(`{${bad}}`),
      errors: [malformed],
    },
    {
      row: 'V54',
      title: `the key ${name} everywhere, beside what was asked`,
      query: '{ inner { sure } anything word number }',
      misbehave: answering(
        `{${bad},"data":{${bad},"word":null,"inner":{${bad},"sure":"x"},"anything":{${bad}}},
          "errors":[{${bad},"message":"No","path":["word"],"extensions":{${bad},"code":"NO"}}],"extensions":{${bad}}}`,
      ),
      data: { inner: { sure: 'x' }, anything: JSON.parse(`{${bad}}`) as unknown, word: null },
      errors: [reported('No', ['word'], 'NO')],
    },
    {
      row: 'V54',
      title: `the key ${name} in place of the data`,
      misbehave: answering(`{"data":{"${name}":{"word":"bad"}}}`),
    },
  ];
});

/** What it answers is a GraphQL result, and does not fit the schema or what was asked. */
export const valueCases: readonly MisbehaviourCase[] = [
  ...nulls,
  ...wrongTypes,
  ...wrongShapes,
  ...extras,
  ...places,
  ...beyondTheTable,
  ...prototypes,
];
