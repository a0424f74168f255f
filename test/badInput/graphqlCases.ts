import type { ErrorCode } from '../../src/base/errors.ts';
import { type BadCase, type Expected, inBothTypes } from './badCase.ts';

const times = (count: number, part: (index: number) => string) =>
  Array.from({ length: count }, (_, index) => part(index)).join(' ');

interface Document extends Partial<Expected> {
  readonly query: () => string;
  readonly variables?: object;
  readonly operationName?: string;
}

function sent({ query, variables, operationName }: Document): object {
  return { query: query(), ...(variables && { variables }), ...(operationName && { operationName }) };
}

function refused(id: string, title: string, given: Document & { code: ErrorCode }): BadCase {
  const { query: _query, variables: _variables, operationName: _name, ...expected } = given;
  return { id, title, send: (target) => target.post(sent(given)), expect: { status: 400, ...expected } };
}

function answered(id: string, title: string, given: Document & { data: unknown }): BadCase {
  const { query: _query, variables: _variables, operationName: _name, ...expected } = given;
  return { id, title, send: (target) => target.post(sent(given)), expect: { status: 200, ...expected } };
}

function invalid(id: string, title: string, given: Document): BadCase[] {
  const { query: _query, variables: _variables, operationName: _name, ...expected } = given;
  return inBothTypes({ id, title, code: 'GRAPHQL_VALIDATION_FAILED', ...expected }, () => sent(given));
}

/** The same where documents are hardly limited, so that what comes after their limits has to cope. */
function unlimited(cases: readonly BadCase[]): BadCase[] {
  return cases.map((each) => ({ ...each, title: `${each.title}, hardly limited`, gateway: 'wide' }));
}

const noGraphql: BadCase[] = [
  'qwerty cop { abc }',
  '{',
  '{ a(b: "unterminated }',
  '{ person(id: 1) { name } } }',
  '\u0000',
  'query ($a: Int',
  '<html>',
].flatMap((query) =>
  inBothTypes(
    { id: 'G1', title: JSON.stringify(query), code: 'GRAPHQL_PARSE_FAILED', message: /^Syntax Error/ },
    () => ({
      query,
    }),
  ),
);

const unknownNames: BadCase[] = [
  ...invalid('G2', 'a field that almost exists, without a suggestion', {
    query: () => '{ persn(id: 1) { nam } }',
    message: /^Cannot query field "persn" on type "Query"\.$/,
  }),
  ...invalid('G2', 'a name of 1.9 MB is not sent back', { query: () => `{ ${'x'.repeat(1.9e6)} }` }),
];

const introspection: BadCase[] = [
  '{ __schema { types { name } } }',
  '{ __type(name: "Person") { name } }',
  '{ hidden: __schema { types { name } } }',
  '{ ...Hidden } fragment Hidden on Query { __schema { types { name } } }',
  'query ($name: String!) { __type(name: $name) { name } }',
  '{ ... { ... on Query { __schema { types { name } } } } }',
].flatMap((query): BadCase[] => {
  const expected = { status: 403, code: 'INTROSPECTION_DISABLED' } as const;
  const body = { query, variables: { name: 'Person' } };
  return [
    { id: 'G3', title: query, gateway: 'closed', send: (target) => target.post(body), expect: expected },
    {
      id: 'G3',
      title: `GET ${query}`,
      gateway: 'closed',
      send: (target) => target.get({ query }),
      expect: expected,
    },
  ];
});

const openWithoutIntrospection: BadCase = {
  id: 'G3',
  title: 'without introspection __typename is answered',
  gateway: 'closed',
  send: (target) => target.post({ query: '{ __typename }' }),
  expect: { status: 200, data: { __typename: 'Query' } },
};

const cycles: BadCase[] = [
  '{ ...A } fragment A on Query { __typename ...A }',
  'query ($c: Boolean!) { ...A } fragment A on Query { ...A @include(if: $c) }',
  '{ ...A } fragment A on Query { ...B } fragment B on Query { ...C } fragment C on Query { ...A }',
  '{ __typename } fragment A on Query { deep { ...B } } fragment B on Deep { deep { ...B } }',
].flatMap((query) => invalid('G4', query, { query: () => query, message: /within itself/ }));

const unclear: BadCase[] = [
  ...invalid('G5', 'two operations without names', {
    query: () => '{ __typename } { __typename }',
    maxErrors: 2,
    message: /must be the only defined operation/,
  }),
  refused('G5', 'two operations and no name', {
    query: () => 'query A { __typename } query B { __typename }',
    code: 'OPERATION_RESOLUTION_FAILURE',
  }),
  refused('G5', 'a name that is none of its operations', {
    query: () => 'query A { __typename }',
    operationName: 'B',
    code: 'OPERATION_RESOLUTION_FAILURE',
  }),
  ...invalid('G5', 'no operation at all', { query: () => 'fragment A on Query { __typename }' }),
];

/** Names that objects have without being given them. */
const inherited = [
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  'hasOwnProperty',
  'valueOf',
  '__defineGetter__',
  'then',
];

const inheritedNames: BadCase[] = inherited.flatMap((name) => [
  answered('G6', `the alias ${name}`, {
    query: () => `{ ${name}: person(id: 1) { ${name}: name pets { ${name}: name } } }`,
    data: JSON.parse(`{"${name}":{"${name}":"Person 1","pets":[{"${name}":"Rex 1"}]}}`),
  }),
  answered('G6', `the variable $${name}, in a call to each subgraph`, {
    query: () => `query ($${name}: ID!) { person(id: $${name}) { name pets { name } } }`,
    variables: JSON.parse(`{"${name}":"v"}`),
    data: { person: { name: 'Person v', pets: [{ name: 'Rex v' }] } },
  }),
  answered('G6', `the operation and the fragment ${name}`, {
    query: () => `query ${name} { ...${name} } fragment ${name} on Query { echo(text: "x") }`,
    operationName: name,
    data: { echo: '{"text":"x"}' },
  }),
  ...invalid('G6', `the field, argument and directive ${name}`, {
    query: () => `{ ${name}(${name}: 1) @${name} }`,
    maxErrors: 2,
  }),
  ...inBothTypes(
    { id: 'G6', title: `the input field ${name}`, code: 'BAD_USER_INPUT' },
    () => `{"query":"query ($at: Place) { place(at: $at) }","variables":{"at":{"x":1,"y":1,"${name}":1}}}`,
  ),
]);

const inheritedEverywhere: BadCase[] = [
  answered('G6', 'fields and arguments with such names, of two subgraphs', {
    query:
      () => `{ named(constructor: "c", toString: 1, hasOwnProperty: { constructor: "x", prototype: { toString: 2 }, valueOf: [1] })
        { constructor toString hasOwnProperty { toString } prototype valueOf { prototype } } }`,
    data: {
      named: {
        constructor:
          '{"constructor":"c","toString":1,"hasOwnProperty":{"constructor":"x","prototype":{"toString":2},"valueOf":[1]}}',
        toString: 5,
        hasOwnProperty: null,
        prototype: 'p',
        valueOf: null,
      },
    },
  }),
  answered('G6', 'values of an enum with such names', {
    query: () => 'query ($hue: Hue) { hue(prototype: $hue) other: hue(prototype: constructor) }',
    variables: { hue: 'toString' },
    data: { hue: 'toString', other: 'constructor' },
  }),
  ...['__proto__', 'hasOwnProperty'].flatMap((value) =>
    inBothTypes({ id: 'G6', title: `the enum value ${value}`, code: 'BAD_USER_INPUT' }, () => ({
      query: 'query ($hue: Hue) { hue(prototype: $hue) }',
      variables: { hue: value },
    })),
  ),
];

const tooManyTokens: BadCase[] = [
  refused('G7', '15,001 tokens', {
    query: () => `{ ${times(15_000, () => 'a')} }`,
    code: 'TOKEN_LIMIT_EXCEEDED',
  }),
  refused('G7', '600,000 comments', {
    query: () => `{ __typename } ${'#\n'.repeat(600_000)}`,
    code: 'TOKEN_LIMIT_EXCEEDED',
  }),
  answered('G7', 'as many hashes in a string are no comments', {
    query: () => `{ person(id: "${'#'.repeat(40_000)}") { name } }`,
    data: { person: { name: `Person ${'#'.repeat(40_000)}` } },
  }),
];

const tooDeep: BadCase[] = [
  ['selections', '{ deep '.repeat(100_000)],
  ['lists', `{ sum(numbers: ${'['.repeat(100_000)}`],
  ['input objects', `{ place(at: ${'{ at: '.repeat(100_000)}`],
  ['types', `query ($a: ${'['.repeat(100_000)}`],
].map(([title, query = '']) =>
  refused('G8', `${title} nested 100,000 deep`, { query: () => query, code: 'RECURSION_LIMIT_EXCEEDED' }),
);

const long: BadCase[] = [
  answered('G9', 'a block string of 1.9 MB', {
    query: () => `{ person(id: 1) { name } echo(text: """${'x'.repeat(1.9e6)}""") @skip(if: true) }`,
    data: { person: { name: 'Person 1' } },
  }),
  answered('G9', 'a block string of 900,000 lines', {
    query: () => `{ person(id: 1) { name } echo(text: """${'\n'.repeat(9e5)}""") @skip(if: true) }`,
    data: { person: { name: 'Person 1' } },
  }),
  answered('G9', 'a comment of 1.9 MB', {
    query: () => `{ __typename } #${'x'.repeat(1.9e6)}`,
    data: { __typename: 'Query' },
  }),
  answered('G9', '1.9 MB of commas', {
    query: () => `{ __typename ${','.repeat(1.9e6)} }`,
    data: { __typename: 'Query' },
  }),
];

const directives: BadCase[] = [
  ...unlimited(
    [10, 7_000].flatMap((count) =>
      invalid('G10', `${count} directives nobody knows`, {
        query: () => `{ __typename ${times(count, () => '@aa')} }`,
        // Five, and one that says there are more.
        maxErrors: 6,
      }),
    ),
  ),
  refused('G10', '51 directives nobody knows', {
    query: () => `{ __typename ${times(51, () => '@aa')} }`,
    code: 'DIRECTIVE_LIMIT_EXCEEDED',
  }),
  refused('G10', '10,000 directives', {
    query: () => `{ __typename ${times(10_000, () => '@aa')} }`,
    code: 'TOKEN_LIMIT_EXCEEDED',
  }),
  ...invalid('G11', '@skip with a variable that is not declared', {
    query: () => '{ echo @skip(if: $none) }',
  }),
  ...invalid('G11', '@include with null', { query: () => '{ echo @include(if: null) }' }),
  ...inBothTypes(
    { id: 'G11', title: '@include with a variable that is null', code: 'BAD_USER_INPUT' },
    () => ({
      query: 'query ($if: Boolean!) { echo @include(if: $if) }',
      variables: { if: null },
    }),
  ),
  answered('G12', '@defer is answered whole', {
    query: () => '{ person(id: 1) { name ... @defer(label: "pets") { pets { name } } } }',
    data: { person: { name: 'Person 1', pets: [{ name: 'Rex 1' }] } },
  }),
  ...invalid('G12', '@stream', {
    query: () => '{ person(id: 1) { pets @stream(initialCount: 1) { name } } }',
  }),
];

const subscriptions: BadCase[] = [
  'subscription { ticks }',
  'subscription Ticks { ticks }',
  'subscription { a: ticks }',
].map((query) => refused('G13', query, { query: () => query, code: 'SUBSCRIPTION_NOT_SUPPORTED' }));

const subscriptionByGet: BadCase = {
  id: 'G13',
  title: 'a subscription by GET',
  send: (target) => target.get({ query: 'subscription { ticks }' }),
  expect: { status: 400, code: 'SUBSCRIPTION_NOT_SUPPORTED' },
};

const inputs: BadCase[] = [
  ...invalid('G14', 'an enum value nobody knows, in the document', { query: () => '{ paint(color: BLUE) }' }),
  ...[
    ['an enum value nobody knows', 'query ($v: Color) { paint(color: $v) }', 'BLUE'],
    ['an enum value from the prototype', 'query ($v: Color) { paint(color: $v) }', 'constructor'],
    ['an input object with a missing field', 'query ($v: Place) { place(at: $v) }', { x: 1 }],
    ['an input object with one field too many', 'query ($v: Place) { place(at: $v) }', { x: 1, y: 1, z: 1 }],
    ['a list where an object has to be', 'query ($v: Place) { place(at: $v) }', [1]],
  ].flatMap(([title, query, v]) =>
    inBothTypes({ id: 'G14', title: String(title), code: 'BAD_USER_INPUT', maxErrors: 2 }, () => ({
      query,
      variables: { v },
    })),
  ),
  ...inBothTypes({ id: 'G14', title: 'a variable that is missing', code: 'BAD_USER_INPUT' }, () => ({
    query: 'query ($id: ID!) { person(id: $id) { name } }',
  })),
  // Ten, and one that says there are more.
  ...inBothTypes(
    { id: 'G14', title: '10,000 bad items of a list', code: 'BAD_USER_INPUT', maxErrors: 11 },
    () => ({
      query: 'query ($v: [Int!]) { sum(numbers: $v) }',
      variables: { v: Array(10_000).fill('x') },
    }),
  ),
  ...inBothTypes(
    { id: 'G14', title: 'ten bad values of 100 KB are not sent back', code: 'BAD_USER_INPUT', maxErrors: 11 },
    () => ({
      query: 'query ($v: [Int!]) { sum(numbers: $v) }',
      variables: { v: Array(10).fill('x'.repeat(100_000)) },
    }),
  ),
];

const doubled = (levels: number, type: string, level: (next: string) => string) =>
  `${times(levels, (index) => `fragment F${index} on ${type} { ${level(`...F${index + 1}`)} }`)} fragment F${levels} on ${type} { echo }`;

/** What graphql-js or a planner would hold the event loop for. */
const expensive: BadCase[] = [
  refused('C3 V6', '200 inline fragments of 100 fields', {
    query: () => `{ ${times(200, () => `... on Query { ${times(100, () => 'echo')} }`)} }`,
    code: 'TOKEN_LIMIT_EXCEEDED',
  }),
  ...invalid('C3 V6', '200 inline fragments of 60 fields', {
    query: () => `{ ${times(200, () => `... on Query { ${times(60, () => 'echo')} }`)} }`,
    message: /more than 100 times/,
  }),
  ...invalid('C3 V6', '3,000 copies of a field', {
    query: () => `{ ${times(3_000, () => 'echo')} }`,
    message: /more than 100 times/,
  }),
  ...unlimited([
    answered('C3 V6', '100 copies of a field with long arguments', {
      query: () => `{ ${times(100, () => `sum(numbers: [${times(140, () => '1')}])`)} }`,
      data: { sum: 140 },
    }),
    answered('V1', 'fragments that spread the next one twice, 12 levels', {
      query: () => `{ ...F0 } ${doubled(12, 'Query', (next) => `${next} ${next}`)}`,
      data: { echo: '{}' },
    }),
  ]),
  answered('C1 V1', 'fragments that spread the next one twice, 30 levels', {
    query: () => `{ deep { ...F0 } } ${doubled(30, 'Deep', (next) => `${next} ${next}`)}`,
    data: { deep: { echo: 'deep' } },
  }),
  refused('C1 V1', 'the same at the root, where it selects a field 2^30 times', {
    query: () => `{ ...F0 } ${doubled(30, 'Query', (next) => `${next} ${next}`)}`,
    code: 'ROOT_FIELD_LIMIT_EXCEEDED',
  }),
  refused('C4', '31 aliases', {
    query: () => `{ deep { ${times(31, (at) => `a${at}: echo`)} } }`,
    code: 'ALIAS_LIMIT_EXCEEDED',
  }),
  refused('C4', '101 aliases by spreading one fragment again and again', {
    query: () =>
      `{ deep { ...F deep { ...F deep { ...F } } } } fragment F on Deep { ${times(34, (at) => `a${at}: echo`)} }`,
    code: 'ALIAS_LIMIT_EXCEEDED',
  }),
  refused('C5', '21 levels', {
    query: () => `${'{ deep '.repeat(20)}{ echo ${'}'.repeat(21)}`,
    code: 'DEPTH_LIMIT_EXCEEDED',
  }),
  refused('C5', '21 levels through a fragment named __schema', {
    query: () =>
      `{ deep { ...__schema } } fragment __schema on Deep ${'{ deep '.repeat(19)}{ echo ${'}'.repeat(20)}`,
    code: 'DEPTH_LIMIT_EXCEEDED',
  }),
  answered('C5', '20 levels', {
    query: () => `${'{ deep '.repeat(19)}{ echo ${'}'.repeat(20)}`,
    data: Array.from({ length: 19 }).reduce<object>((inner) => ({ deep: inner }), { echo: 'deep' }),
  }),
  refused('V14', '1,000 aliases of one root field', {
    query: () => `{ ${times(1_000, (at) => `a${at}: faulty`)} }`,
    code: 'ALIAS_LIMIT_EXCEEDED',
  }),
  refused('C1 V1', 'fragments that select twice through the next one, 30 levels', {
    query: () =>
      `{ deep { ...F0 } } ${doubled(30, 'Deep', (next) => `a: deep { ${next} } b: deep { ${next} }`)}`,
    code: 'RECURSION_LIMIT_EXCEEDED',
  }),
  ...invalid('C1 V1', 'fragments that select twice through the next one, in a fragment that is not used', {
    query: () =>
      `{ __typename } fragment F on Query { deep { ...F0 } } ${doubled(5, 'Deep', (next) => `a: deep { ${next} } b: deep { ${next} }`)}`,
    maxErrors: 6,
  }),
];

export const graphqlCases: readonly BadCase[] = [
  ...noGraphql,
  ...unknownNames,
  ...introspection,
  openWithoutIntrospection,
  ...cycles,
  ...unclear,
  ...inheritedNames,
  ...inheritedEverywhere,
  ...tooManyTokens,
  ...tooDeep,
  ...long,
  ...directives,
  ...subscriptions,
  subscriptionByGet,
  ...inputs,
  ...expensive,
];
