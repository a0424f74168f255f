import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { getIntrospectionQuery } from 'graphql';
import { limitsOptions } from '../../src/limits/limits.ts';
import { eventually } from '../support/adminClient.ts';
import { startSubgraph, type TestSubgraph } from '../support/startSubgraph.ts';
import { startTestGateway, type TestGateway, writeSettings } from '../support/startTestGateway.ts';

interface Asked {
  readonly query: string;
  readonly variables?: object;
}
type Path = (gateway: TestGateway, asked: Asked) => Promise<unknown>;

const json = { 'content-type': 'application/json' };
const post = async (gateway: TestGateway, body: unknown) =>
  (await fetch(gateway.endpoint, { method: 'POST', headers: json, body: JSON.stringify(body) })).json();
const codeOf = (result: unknown) =>
  (result as { errors?: { extensions: { code: string } }[] }).errors?.[0]?.extensions.code ?? 'answered';

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

/** Every way an operation comes in. */
const paths: Readonly<Record<string, Path>> = {
  POST: async (gateway, asked) => codeOf(await post(gateway, asked)),
  'the warm cache': async (gateway, asked) => {
    await post(gateway, asked);
    return codeOf(await post(gateway, asked));
  },
  GET: async (gateway, { query, variables }) => {
    const search = new URLSearchParams({ query, variables: JSON.stringify(variables ?? {}) });
    const headers = { 'apollo-require-preflight': '1' };
    return codeOf(await (await fetch(`${gateway.endpoint}?${search}`, { headers })).json());
  },
  'a batch': async (gateway, asked) => {
    const results = (await post(gateway, [{ query: '{ word }' }, asked])) as unknown[];
    expect(codeOf(results[0])).toBe('answered');
    return codeOf(results[1]);
  },
  'the id of a trusted document': async (gateway, { query, variables }) =>
    codeOf(await post(gateway, { documentId: sha256(query), variables })),
  'a persisted hash': async (gateway, asked) => {
    const sha256Hash = sha256(asked.query);
    const extensions = { persistedQuery: { version: 1, sha256Hash } };
    const first = codeOf(await post(gateway, { ...asked, extensions }));
    const { query: _, ...hashOnly } = asked;
    const second = codeOf(await post(gateway, { ...hashOnly, extensions }));
    // A document that was refused is not remembered; one whose variables were at fault is.
    expect([first, 'PERSISTED_QUERY_NOT_FOUND']).toContain(second);
    return first;
  },
};

const nested = (levels: number) => `${'{ deep '.repeat(levels - 1)}{ word${' }'.repeat(levels)}`;
const many = (count: number, text: (at: number) => string) =>
  Array.from({ length: count }, (_, at) => text(at)).join(' ');
const aliased = (count: number) => `{ deep { ${many(count, (at) => `a${at}: word`)} } }`;
/** Each fragment spreads the next one twice: 2^100 of whatever the last one holds. */
const doubling = (body: string) =>
  `query { ...F0 } ${many(100, (at) => `fragment F${at} on Query { ...F${at + 1} ...F${at + 1} }`)}
   fragment F100 on Query { ${body} }`;
const conditional = (selection: string) => ({
  query: `query($c: Boolean!) ${selection}`,
  variables: { c: true },
});

/** Limit, code, a document at the limit, documents over it. */
const cases: readonly (readonly [limit: string, code: string, at: Asked, over: readonly Asked[]])[] = [
  [
    'depth',
    'DEPTH_LIMIT_EXCEEDED',
    { query: nested(5) },
    [
      nested(6),
      `query A { word } query B ${nested(6)}`,
      `query IntrospectionQuery ${nested(6)}`,
      'query __schema { __type: deep { deep { deep { deep { deep { word } } } } } }',
      // The fragment was met before where it was not too deep (V8).
      'query { deep { ...F deep { ...F } } } fragment F on Deep { deep { deep { deep { word } } } }',
      'query { deep { ...__schema } } fragment __schema on Deep { deep { deep { deep { deep { word } } } } }',
      '{ deep { ... { ... on Deep { deep { deep { deep { ... { deep { word } } } } } } } } }',
    ].map((query) => ({ query })),
  ],
  [
    'aliases',
    'ALIAS_LIMIT_EXCEEDED',
    { query: aliased(6) },
    [
      aliased(7),
      'query { deep { ...F ...G } } fragment F on Deep { a: word b: word c: word d: word } fragment G on Deep { a: word b: word c: word }',
      'query { deep { ...G deep { ...G } } } fragment G on Deep { a: word b: word c: word d: word }',
      doubling('a: word'),
    ].map((query) => ({ query })),
  ],
  [
    'rootFields',
    'ROOT_FIELD_LIMIT_EXCEEDED',
    { query: '{ word other third deep { word } }' },
    [
      '{ word deep { word } other third fourth }',
      'query { word other ... on Query { third ...F } } fragment F on Query { fourth deep { word } }',
      doubling('word'),
    ].map((query) => ({ query })),
  ],
  [
    'directives',
    'DIRECTIVE_LIMIT_EXCEEDED',
    conditional('{ word @include(if: $c) other @skip(if: $c) third @include(if: $c) }'),
    [
      conditional('{ word @include(if: $c) @skip(if: $c) other @skip(if: $c) third @include(if: $c) }'),
      conditional(
        '{ ...F @include(if: $c) deep { word @skip(if: $c) } } fragment F on Query { word @include(if: $c) other @include(if: $c) }',
      ),
      { query: `{ word ${many(4, () => '@unknown')} }` },
      { query: `query ${many(4, () => '@unknown')} { word }` },
      {
        query: doubling('... @include(if: true) { __typename }')
          .replace('query { ...F0 }', 'query { deep { ...F0 } }')
          .replaceAll('on Query', 'on Deep'),
      },
    ],
  ],
  [
    'tokens',
    'TOKEN_LIMIT_EXCEEDED',
    { query: `{ word(of: [${many(1991, () => '1')}]) }` },
    [{ query: `{ word(of: [${many(1992, () => '1')}]) }` }, { query: `{ word } ${'#\n'.repeat(2001)}` }],
  ],
  [
    'variables',
    'BAD_USER_INPUT',
    { query: '{ word }', variables: { a: [[{ b: 1 }]], c: {} } },
    [
      { query: '{ word }', variables: { a: [[{ b: [] }]] } },
      { query: '{ word }', variables: { a: 1, b: 2, c: { d: 3 } } },
    ],
  ],
];

describe('limits on documents', () => {
  let words: TestSubgraph;
  let gateway: TestGateway;
  let trusted: string;

  const tight = {
    depth: 5,
    aliases: 6,
    rootFields: 4,
    directives: 3,
    tokens: 2000,
    variables: { depth: 4, keys: 3 },
  };
  const settings = (operation: Record<string, unknown>) => ({
    server: { batch: { max: 5 } },
    request: { trustedDocuments: { path: trusted, mode: 'off' } },
    limits: { operation },
  });
  const reconfigure = async (operation: Record<string, unknown>) =>
    gateway.reconfigure(
      await writeSettings(gateway.folder, { subgraphs: [words], settings: settings(operation) }),
    );

  beforeAll(async () => {
    words = await startSubgraph('words', {
      sdl: `type Query { word(of: [Int]): String other: String third: String fourth: String deep: Deep }
            type Deep { word: String deep: Deep }`,
      resolvers: { Query: { deep: () => ({}) } },
    });
    trusted = await mkdtemp(join(tmpdir(), 'sluice-trusted-'));
    const texts = cases.flatMap(([, , at, over]) => [at.query, ...over.map(({ query }) => query)]);
    await writeFile(
      join(trusted, 'all.json'),
      JSON.stringify(Object.fromEntries(texts.map((text) => [sha256(text), text]))),
    );
    gateway = await startTestGateway({ subgraphs: [words], settings: settings(tight) });
  });
  afterAll(async () => {
    await gateway.stop();
    await words.stop();
    await rm(trusted, { recursive: true });
  });

  describe.each(Object.entries(paths))('by %s', (_path, ask) => {
    test.each(cases)(
      '%s: what is at the limit is answered, what is over it refused with %s',
      async (_limit, code, at, over) => {
        expect(await ask(gateway, at)).toBe('answered');
        for (const asked of over) expect([asked, await ask(gateway, asked)]).toEqual([asked, code]);
      },
    );
  });

  test('say how much was found and what is allowed, and count no further than they can', async () => {
    const messageOf = async (query: string) => (await gateway.query(query)).body.errors?.[0]?.message;
    expect(await messageOf(nested(6))).toBe('The operation has 6 levels of fields; allowed: 5.');
    expect(await messageOf(doubling('a: word'))).toBe(
      `The operation has ${Number.MAX_SAFE_INTEGER} aliases; allowed: 6.`,
    );
  });

  test('come before validation, which a document over them never reaches', async () => {
    const { body } = await gateway.query(aliased(7).replaceAll('word', 'nope'));
    expect(codeOf(body)).toBe('ALIAS_LIMIT_EXCEEDED');
  });

  test('that only log answer, and note it for each request, also from the warm cache', async () => {
    await reconfigure({
      ...tight,
      depth: { max: 5, mode: 'log' },
      tokens: { max: 2000, mode: 'log' },
      variables: { depth: { max: 4, mode: 'log' } },
    });
    const before = gateway.logged().length;
    const long = `{ word } ${'#\n'.repeat(2001)}`;
    for (const query of [nested(6), nested(6), long])
      expect(codeOf((await gateway.query(query)).body)).toBe('answered');
    await gateway.query('{ word }', { variables: { a: [[[[1]]]] } });
    const lines = await eventually(() => {
      const found = gateway.logged().slice(before);
      return found.length === 4 ? found : null;
    });
    expect(lines.map(({ wouldRefuse }) => wouldRefuse)).toEqual([
      ['limits.operation.depth'],
      ['limits.operation.depth'],
      ['limits.operation.tokens'],
      ['limits.operation.variables.depth'],
    ]);
  });

  test('refuse what is warm in the cache as soon as they are enforced (V10)', async () => {
    await reconfigure({ ...tight, aliases: { max: 6, mode: 'log' } });
    const query = aliased(7);
    expect(codeOf((await gateway.query(query)).body)).toBe('answered');
    await reconfigure(tight);
    expect(codeOf((await gateway.query(query)).body)).toBe('ALIAS_LIMIT_EXCEEDED');
    await reconfigure({ ...tight, aliases: { max: 0, mode: 'off' } });
    expect(codeOf((await gateway.query(query)).body)).toBe('answered');
  });

  test('unless they are set let introspection through, whatever it asks for', async () => {
    await reconfigure({});
    for (const options of [
      {},
      { descriptions: true, specifiedByUrl: true, directiveIsRepeatable: true, schemaDescription: true },
      { inputValueDeprecation: true },
    ]) {
      const { body } = await gateway.query(getIntrospectionQuery(options));
      expect(body).toEqual({ data: expect.objectContaining({ __schema: expect.anything() }) });
    }
  });

  test('count 101 aliases of one field however they are written (V14)', async () => {
    for (const query of [
      `{ ${many(101, (at) => `a${at}: word`)} }`,
      `query { ${many(11, (at) => `...F${at}`)} } ${many(11, (at) => `fragment F${at} on Query { ${many(10, (n) => `a${at}x${n}: word`)} }`)}`,
    ])
      expect(codeOf((await gateway.query(query)).body)).toBe('ALIAS_LIMIT_EXCEEDED');
  });
});

describe('the options of limits on documents', () => {
  test('are a number, or a number and a mode', () => {
    const { operation } = limitsOptions.parse({ operation: { depth: 7, aliases: { max: 3, mode: 'log' } } });
    expect([operation.depth, operation.aliases, operation.directives]).toEqual([
      { max: 7, mode: 'enforce' },
      { max: 3, mode: 'log' },
      { max: 50, mode: 'enforce' },
    ]);
  });

  test.each([
    { depth: 0 },
    { depth: -1 },
    { depth: 1.5 },
    { depth: { mode: 'log' } },
    { depth: { max: 1, mode: 'warn' } },
    { tokens: 1 },
  ])('%j are refused', (operation) => {
    expect(limitsOptions.safeParse({ operation }).success).toBe(false);
  });
});
