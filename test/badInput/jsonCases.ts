import { createHash } from 'node:crypto';
import { type BadCase, type Expected, inBothTypes } from './badCase.ts';

const badRequest = { status: 400, code: 'BAD_REQUEST' } as const;
const typename = '{ __typename }';
const answered = { status: 200, data: { __typename: 'Query' } } as const;

/** Posts a body, made when it is sent: some are large. */
function body(id: string, title: string, given: { body: () => unknown } & Expected): BadCase {
  const { body: make, ...expected } = given;
  return { id, title, send: (target) => target.post(make()), expect: expected };
}

const notOneObject: BadCase[] = [
  ['an empty body', ''],
  ['null', 'null'],
  ['a string', '"x"'],
  ['a number', '1'],
].map(([title = '', text]) => body('J1', title, { body: () => text, ...badRequest }));

const notJson: BadCase[] = [
  ['a body that ends too early', '{"query":"{ __typename }"'],
  ['something after the object', '{"query":"{ __typename }"} x'],
  ['single quotes', "{'query':'{ __typename }'}"],
  ['NaN', '{"query":"{ __typename }","variables":{"a":NaN}}'],
  ['a body in UTF-16', Buffer.from('{"query":"{ __typename }"}', 'utf16le')],
  ['bytes that are no UTF-8', Buffer.from('{"query":"\xff\xfe"}', 'latin1')],
  ['the query twice', '{"query":"{ a }","query":"{ __typename }"}'],
  ['the query twice, once with an escape', '{"query":"{ a }","qu\\u0065ry":"{ __typename }"}'],
  ['the query twice in an item of a batch', ' [{"query":"{ a }","query":"{ __typename }"}]'],
].map(([title, text]) => body('J2', String(title), { body: () => text, ...badRequest }));

const tooMuch: BadCase[] = [
  body('J3', 'lists nested 100,000 deep', { body: () => '['.repeat(100_000), ...badRequest }),
  body('J3', 'objects nested 100,000 deep', { body: () => '{"a":'.repeat(100_000), ...badRequest }),
  body('J4', 'variables nested 100,000 deep', {
    body: () => `{"query":"${typename}","variables":${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}}`,
    status: 400,
    code: 'BAD_USER_INPUT',
  }),
  body('J5', '131,072 keys that collide', {
    body: () => `{"query":"${typename}","variables":{${collidingKeys(1 << 17)}}}`,
    ...badRequest,
  }),
  body('J5', 'as many colliding keys as are read', {
    body: () => `{"query":"${typename}","variables":{${collidingKeys(9_990)}}}`,
    ...answered,
  }),
  body('J5', 'a list of a million numbers', {
    body: () => `{"query":"${typename}","variables":{"a":[${'1,'.repeat(900_000)}1]}}`,
    ...answered,
  }),
];

function collidingKeys(count: number): string {
  return Array.from({ length: count }, (_, index) => `"${index * 1024}":1`).join(',');
}

const prototypes: BadCase[] = ['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty'].flatMap(
  (key) => [
    body('J6', `the key ${key} everywhere`, {
      body: () =>
        `{"query":"${typename}","${key}":{"admin":true},"variables":{"${key}":{"admin":true}},"extensions":{"${key}":{"admin":true}}}`,
      ...answered,
      check: () => expectCleanPrototype(),
    }),
    body('J6', `the query under ${key} alone`, {
      body: () => `{"${key}":{"query":"${typename}"}}`,
      ...badRequest,
    }),
  ],
);

/** Of the compiled engine alone: in Apollo's, an input field `toString` that is not given has the value that every object inherits. */
const inheritedFields: BadCase[] = [
  body('J6', 'variables and input fields with such names, given and not given', {
    body: () => ({
      query: `query ($constructor: String, $toString: Int, $hasOwnProperty: Named) {
        named(constructor: $constructor, toString: $toString, hasOwnProperty: $hasOwnProperty) { constructor prototype } }`,
      variables: { toString: 3, hasOwnProperty: { prototype: { constructor: 'x' } } },
    }),
    status: 200,
    data: {
      named: {
        constructor: '{"toString":3,"hasOwnProperty":{"prototype":{"constructor":"x"}}}',
        prototype: 'p',
      },
    },
  }),
  ...inBothTypes(
    { id: 'J6', title: 'input fields with such names that do not fit', code: 'BAD_USER_INPUT', maxErrors: 2 },
    () =>
      '{"query":"query ($named: Named) { named(hasOwnProperty: $named) { id } }","variables":{"named":{"constructor":1,"__proto__":{}}}}',
  ),
];

function expectCleanPrototype(): void {
  if ('admin' in {}) throw new Error('Object.prototype was written to');
}

const wrongTypes: BadCase[] = [
  { query: typename, variables: [] },
  { query: typename, variables: 'x' },
  { query: typename, extensions: 'x' },
  { query: typename, operationName: 5 },
].map((sent) => body('J7', JSON.stringify(sent), { body: () => sent, ...badRequest }));

const noQuery: BadCase[] = [
  body('J8', 'a query that is a number', { body: () => ({ query: 5 }), ...badRequest }),
  body('J8', 'no query', { body: () => ({}), ...badRequest }),
  body('J8', 'an empty query', { body: () => ({ query: '' }), ...badRequest }),
  body('J8', 'a megabyte of spaces as the query', {
    body: () => ({ query: ' '.repeat(1e6) }),
    ...badRequest,
  }),
];

const refusedNumbers: BadCase[] = [
  '1e999',
  '-1e999',
  '9007199254740993',
  '9007199254740993.0',
  '9007199254740993e0',
  '123456789012345678901234567890',
].map((number) =>
  body('J9', `the number ${number}, which would not stay what it is`, {
    body: () => `{"query":"query ($id: ID) { echo(id: $id) }","variables":{"id":${number}}}`,
    status: 400,
    code: 'BAD_USER_INPUT',
  }),
);

const keptNumbers: BadCase[] = [
  ['id: ID', '9007199254740992', '{"id":"9007199254740992"}'],
  ['float: Float', '1.7976931348623157e+308', '{"float":1.7976931348623157e+308}'],
  ['float: Float', '-0.1', '{"float":-0.1}'],
  ['int: Int', '-0', '{"int":0}'],
].map(([declared = '', number, echo]) => {
  const [name = ''] = declared.split(':');
  return body('J9', `the number ${number} for ${declared}`, {
    body: () =>
      `{"query":"query ($${declared}) { echo(${name}: $${name}) }","variables":{"${name}":${number}}}`,
    status: 200,
    data: { echo },
  });
});

const unfitNumbers: BadCase[] = ['2147483648', '1.5', '"1"', 'true'].flatMap((number) =>
  inBothTypes(
    { id: 'J9', title: `${number} for Int`, code: 'BAD_USER_INPUT' },
    () => `{"query":"query ($int: Int) { echo(int: $int) }","variables":{"int":${number}}}`,
  ),
);

const infiniteLiterals: BadCase[] = [
  '{ echo(float: 1e999) }',
  'query ($f: Float = -1e999) { echo(float: $f) }',
].flatMap((query) =>
  inBothTypes(
    { id: 'J9', title: query, code: 'GRAPHQL_VALIDATION_FAILED', message: /larger than a number/ },
    () => ({
      query,
    }),
  ),
);

const strangeText: BadCase[] = [
  ['a lone surrogate', '\\ud800'],
  ['NUL', '\\u0000'],
  ['a line separator', '\\u2028'],
  ['a right-to-left override', '\\u202e'],
].map(([title = '', text]) =>
  body('J10', `${title} in a variable`, {
    body: () => `{"query":"query ($text: String) { echo(text: $text) }","variables":{"text":"${text}"}}`,
    status: 200,
    data: { echo: JSON.stringify({ text: JSON.parse(`"${text}"`) }) },
  }),
);

const item = { query: typename };
const batches: BadCase[] = [
  body('J11', 'an empty batch', { body: () => [], ...badRequest }),
  body('J11', 'a batch of 11 where 10 are allowed', {
    body: () => Array(11).fill(item),
    status: 400,
    code: 'BATCH_LIMIT_EXCEEDED',
  }),
  body('J11', 'a batch of 300,000', {
    body: () => `[${'{},'.repeat(300_000)}{}]`,
    status: 400,
    code: 'BATCH_LIMIT_EXCEEDED',
  }),
  body('J11', 'a batch of batches', { body: () => [[item], [item]], ...badRequest }),
  {
    id: 'J11',
    title: 'a batch where batching is off',
    gateway: 'closed',
    send: (target) => target.post(Array(11).fill(item)),
    expect: { status: 400, code: 'BATCH_LIMIT_EXCEEDED' },
  },
  ...['application/json', 'application/graphql-response+json'].flatMap((accept) =>
    [
      ['J12', 'one bad item among nine good ones', '{ nope }', 'GRAPHQL_VALIDATION_FAILED'],
      ['J13', 'a subscription among nine queries', 'subscription { ticks }', 'SUBSCRIPTION_NOT_SUPPORTED'],
    ].map(
      ([id = '', title, query, code]): BadCase => ({
        id,
        title: `${title}, as ${accept}`,
        send: (target) =>
          target.post([...Array(4).fill(item), { query }, ...Array(5).fill(item)], { accept }),
        expect: {
          status: 200,
          logged: { codes: [code] },
          check(reply) {
            const results = JSON.parse(reply?.body ?? '') as {
              errors?: { extensions: { code: string } }[];
            }[];
            const codes = results.map(({ errors }) => errors?.[0]?.extensions.code ?? null);
            if (
              JSON.stringify(codes) !== JSON.stringify([...Array(4).fill(null), code, ...Array(5).fill(null)])
            )
              throw new Error(JSON.stringify(results));
          },
        },
      }),
    ),
  ),
];

const unknownHash = 'a'.repeat(64);
const persistedFaults: BadCase[] = [
  ['a hash that is an object', { version: 1, sha256Hash: {} }],
  ['version 2', { version: 2, sha256Hash: unknownHash }],
  ['a version of a megabyte', { version: 'x'.repeat(1e6), sha256Hash: unknownHash }],
  ['a hash in capitals', { version: 1, sha256Hash: 'A'.repeat(64) }],
  ['no object', 'x'],
].map(([title, persistedQuery]) =>
  body('J14', `persisted query: ${title}`, {
    body: () => ({ extensions: { persistedQuery } }),
    ...badRequest,
  }),
);

const persisted: BadCase[] = [
  body('J14', 'persisted query: a hash that is not known', {
    body: () => ({ extensions: { persistedQuery: { version: 1, sha256Hash: unknownHash } } }),
    status: 200,
    code: 'PERSISTED_QUERY_NOT_FOUND',
    headers: { 'cache-control': 'private, no-cache, must-revalidate' },
  }),
  body('J14', 'persisted query: the hash of another text', {
    body: () => ({
      query: typename,
      extensions: { persistedQuery: { version: 1, sha256Hash: unknownHash } },
    }),
    ...badRequest,
  }),
  {
    id: 'J14',
    title: 'persisted query: a refused document is not kept under its hash',
    async send(target) {
      const query = '{ nope }';
      const persistedQuery = { version: 1, sha256Hash: createHash('sha256').update(query).digest('hex') };
      await target.post({ query, extensions: { persistedQuery } });
      return target.post({ extensions: { persistedQuery } });
    },
    expect: { status: 200, code: 'PERSISTED_QUERY_NOT_FOUND', lines: 2 },
  },
];

export const jsonCases: readonly BadCase[] = [
  ...notOneObject,
  ...notJson,
  body('J2', 'a byte order mark', { body: () => `\ufeff{"query":"${typename}"}`, ...answered }),
  ...tooMuch,
  ...prototypes,
  ...inheritedFields,
  ...wrongTypes,
  ...noQuery,
  ...refusedNumbers,
  ...keptNumbers,
  ...unfitNumbers,
  ...infiniteLiterals,
  ...strangeText,
  ...batches,
  ...persistedFaults,
  ...persisted,
];
