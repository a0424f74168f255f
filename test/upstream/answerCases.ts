import { gzipSync } from 'node:zlib';
import { httpResponse } from './misbehavingSubgraph.ts';
import {
  answering,
  asNamed,
  canaries,
  goodText,
  type MisbehaviourCase,
  malformed,
  reported,
  unavailable,
  unfit,
} from './misbehaviourCase.ts';

const html = { 'content-type': 'text/html; charset=utf-8' };
const page = `<html><h1>Error</h1><pre>${canaries.body} at Server.work (/srv/app/server.js:1:1)</pre></html>`;

const statuses: MisbehaviourCase[] = [
  {
    title: '500 with a page',
    misbehave: answering(page, { status: '500 Oops', headers: html }),
    errors: [malformed],
  },
  {
    title: '500 with an object that is no result',
    misbehave: answering(`{"error":"${canaries.body}"}`, { status: '500 Oops' }),
    errors: [unavailable],
  },
  {
    title: '400 with an object that is no result',
    misbehave: answering(`{"error":"${canaries.body}"}`, { status: '400 Bad Request' }),
    errors: [malformed],
  },
  {
    title: '429 and when to come back',
    misbehave: answering(page, { status: '429 Too Many Requests', headers: { ...html, 'retry-after': '1' } }),
    errors: [malformed],
  },
  ...['502 Bad Gateway', '503 Service Unavailable', '504 Gateway Timeout'].map((status) => ({
    title: `${status} of a proxy`,
    misbehave: answering(page, { status, headers: { ...html, 'retry-after': '1' } }),
    errors: [unavailable],
  })),
  {
    title: '503 of a proxy that says JSON',
    misbehave: answering(page, { status: '503 Service Unavailable' }),
    errors: [unavailable],
  },
].map((given) => ({ row: 'S6', ...given }));

const withErrors: MisbehaviourCase[] = ['500 Oops', '400 Bad Request', '422 No', '200 OK'].map((status) => ({
  row: 'S7',
  title: `${status} with GraphQL errors`,
  misbehave: answering(
    JSON.stringify({
      data: { word: null },
      errors: [
        {
          message: 'No such word',
          path: ['word'],
          locations: [{ line: 1, column: 1 }],
          extensions: { code: 'NO_WORD', stacktrace: [canaries.body], http: { status: 500 } },
          stack: canaries.body,
        },
      ],
    }),
    { status },
  ),
  errors: [reported('No such word', ['word'], 'NO_WORD')],
}));

function notResults(cases: readonly MisbehaviourCase[]): readonly MisbehaviourCase[] {
  return cases.map((given) => ({ ...given, errors: [malformed] }));
}

const noJson: readonly MisbehaviourCase[] = notResults([
  { row: 'S8', title: '200 with a page', misbehave: answering(page, { headers: html }) },
  { row: 'S8', title: '200 with JSON called text', misbehave: answering(goodText, { headers: html }) },
  {
    row: 'S8',
    title: '200 without a type',
    misbehave: answering(goodText, { headers: { 'content-type': null } }),
  },
  { row: 'S8', title: '200 with nothing', misbehave: answering('') },
  { row: 'S8', title: '204', misbehave: answering('', { status: '204 No Content' }) },
  { row: 'S9', title: 'no JSON', misbehave: answering(canaries.body) },
  { row: 'S9', title: 'JSON that ends too early', misbehave: answering('{"data":{"word":"x"') },
  { row: 'S9', title: 'two results', misbehave: answering(goodText + goodText) },
  { row: 'S9', title: 'a result for each line', misbehave: answering(`${goodText}\n${goodText}`) },
  { row: 'S9', title: 'a byte order mark', misbehave: answering(`\ufeff${goodText}`) },
  { row: 'S9', title: 'NaN', misbehave: answering('{"data":{"word":NaN}}') },
  {
    row: 'S9',
    title: 'UTF-16',
    misbehave: (socket) => void socket.write(httpResponse(Buffer.from(goodText, 'utf16le'))),
  },
  {
    row: 'S9',
    title: 'bytes that are no UTF-8 in a string',
    misbehave: (socket, request) =>
      void socket.write(
        httpResponse(Buffer.from(asNamed('{"data":{"word":"\xff\xfe"}}', request), 'latin1')),
      ),
  },
  {
    row: 'S9',
    title: 'a surrogate encoded as if it were a character',
    misbehave: (socket, request) =>
      void socket.write(
        httpResponse(Buffer.from(asNamed('{"data":{"word":"\xed\xa0\x80"}}', request), 'latin1')),
      ),
  },
  {
    row: 'S11',
    title: 'says gzip and is none',
    misbehave: answering(goodText, { headers: { 'content-encoding': 'gzip' } }),
  },
  {
    row: 'S11',
    title: 'gzip that ends too early',
    misbehave: (socket) =>
      void socket.write(
        httpResponse(gzipSync(goodText).subarray(0, -9), { headers: { 'content-encoding': 'gzip' } }),
      ),
  },
  {
    row: 'S11',
    title: 'gzip with something after it',
    misbehave: (socket) =>
      void socket.write(
        httpResponse(Buffer.concat([gzipSync(goodText), Buffer.from('more')]), {
          headers: { 'content-encoding': 'gzip' },
        }),
      ),
  },
  ...['gzip, gzip', `${'gzip,'.repeat(999)}gzip`, 'compress', '__proto__', 'constructor', ''].map(
    (encoding) => ({
      row: 'S11',
      title: `the encoding ${encoding.slice(0, 20)}`,
      misbehave: answering(goodText, { headers: { 'content-encoding': encoding } }),
    }),
  ),
]);

const outlines: MisbehaviourCase[] = [
  '{}',
  'null',
  '"x"',
  '[{"data":{"word":"x"}}]',
  '{"data":null}',
  '{"data":null,"errors":null}',
  '{"data":null,"errors":[]}',
  '{"errors":[]}',
  '{"errors":{"message":"x"}}',
  '{"errors":"x"}',
  '{"data":{"word":"x"},"errors":{"0":{"message":"x"},"length":1}}',
  '{"data":[]}',
  '{"data":"x"}',
  '{"data":0}',
  '{"data":false,"errors":[{"message":"x"}]}',
].map((text) => ({ row: 'S12', title: text, misbehave: answering(text), errors: [malformed] }));

const unknownError = reported('The subgraph reported an error.');
const lessStrange: MisbehaviourCase[] = [
  { row: 'S12', title: '{"data":{},"errors":null}', misbehave: answering('{"data":{},"errors":null}') },
  {
    row: 'S12',
    title: 'errors that are none',
    misbehave: answering('{"data":{},"errors":[null,1,"x",{},{"message":5,"extensions":"x"}]}'),
    errors: Array(5).fill(unknownError),
  },
  {
    row: 'S12',
    title: 'more in the result than there should be',
    misbehave: answering('{"data":{"word":"good"},"extensions":{"x":1},"hasNext":true,"incremental":[]}'),
    data: { word: 'good' },
  },
  {
    row: 'S13',
    title: 'errors without data',
    misbehave: answering('{"errors":[{"message":"No"}]}'),
    errors: [reported('No')],
  },
  {
    row: 'S13',
    title: 'errors without data, at places',
    query: '{ inner { sure other } word number }',
    misbehave: answering(
      '{"errors":[{"message":"a","path":["inner","other"]},{"message":"b","path":["word"]}]}',
    ),
    data: { inner: null, word: null },
    errors: [reported('a', ['inner', 'other']), reported('b', ['word'])],
  },
  {
    row: 'S13',
    title: 'an error and data for the other fields',
    query: '{ inner { sure other } word number }',
    misbehave: answering('{"data":{"inner":null,"word":"good"},"errors":[{"message":"a","path":["inner"]}]}'),
    data: { inner: null, word: 'good' },
    errors: [reported('a', ['inner'])],
  },
];

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

const redirects: MisbehaviourCase[] = [301, 302, 303, 307, 308].map((status) => ({
  row: 'S22',
  title: `${status} to where clouds keep credentials`,
  misbehave: answering(goodText, {
    status: `${status} Elsewhere`,
    headers: { location: 'http://169.254.169.254/latest/meta-data/' },
  }),
  errors: [malformed],
}));

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

export const answerCases: readonly MisbehaviourCase[] = [
  ...statuses,
  ...withErrors,
  ...noJson,
  ...outlines,
  ...lessStrange,
  ...nulls,
  ...wrongTypes,
  ...wrongShapes,
  ...extras,
  ...places,
  ...redirects,
  ...beyondTheTable,
  ...prototypes,
];
