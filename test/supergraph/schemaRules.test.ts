import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { SchemaRules } from '../../src/model/schemaRules.ts';
import { readSchemaRules } from '../../src/supergraph/supergraph.ts';
import { type Composing, startComposing } from '../support/startComposing.ts';

const federation = (imports: string) =>
  `extend schema @link(url: "https://specs.apollo.dev/federation/v2.12", import: ["@key", "@shareable", "@composeDirective"${imports}])\n`;
const rateLimit =
  '(max: Int, window: String, message: String, identityArgs: [String], arrayLengthField: String, readOnly: Boolean, uncountRejected: Boolean) on FIELD_DEFINITION';
const cacheControl = `directive @cacheControl(maxAge: Int, scope: CacheControlScope, inheritMaxAge: Boolean) on FIELD_DEFINITION | OBJECT
  enum CacheControlScope { PUBLIC PRIVATE }`;

/** A second subgraph without rules of its own. */
const plain = `${federation('')} type Trip @key(fields: "id") { id: ID! }`;

let composing: Composing;
beforeAll(async () => {
  composing = await startComposing();
});
afterAll(() => composing.close());

/** What is read from the registry, and what of the composed supergraph alone. */
async function rulesOf(trips: string, people = plain): Promise<Record<'published' | 'served', SchemaRules>> {
  const supergraph = await composing.published({ trips, people });
  const published = readSchemaRules(supergraph);
  const served = readSchemaRules(await composing.served(supergraph));
  expect([...published.faults, ...served.faults]).toEqual([]);
  return { published: published.rules, served: served.rules };
}

const open = { authenticated: false, scopes: [], policies: [] };

describe('authorization', () => {
  const tripOf = (fields: string, more = '') =>
    `type Query { trips: [Trip] } type Trip @key(fields: "id") ${more} { id: ID! ${fields} }`;

  test.each([
    [
      'as they are',
      ', "@authenticated", "@requiresScopes", "@policy"',
      ['authenticated', 'requiresScopes', 'policy'],
    ],
    [
      'renamed',
      ', {name: "@authenticated", as: "@known"}, {name: "@requiresScopes", as: "@may"}, {name: "@policy", as: "@authenticated"}',
      ['known', 'may', 'authenticated'],
    ],
    [
      'by their namespace',
      '',
      ['federation__authenticated', 'federation__requiresScopes', 'federation__policy'],
    ],
  ])('directives imported %s are read', async (_how, imports, [authenticated, requiresScopes, policy]) => {
    const sdl = `${federation(imports)} ${tripOf(`notes: String @${authenticated}
      price: Int @${requiresScopes}(scopes: [["a", "b"], ["c"]]) risk: Int @${policy}(policies: [["p"]])`)}`;
    const { published, served } = await rulesOf(sdl);
    const expected = new Map([
      ['Trip.notes', { ...open, authenticated: true }],
      ['Trip.price', { ...open, scopes: [[['a', 'b'], ['c']]] }],
      ['Trip.risk', { ...open, policies: [[['p']]] }],
    ]);
    expect(published.authorization).toEqual(expected);
    expect(served.authorization).toEqual(expected);
  });

  test('directives of a specification that is linked under another name are read', async () => {
    const sdl = `extend schema @link(url: "https://specs.apollo.dev/link/v1.0")
      @link(url: "https://specs.apollo.dev/federation/v2.12", as: "fed", import: ["@key"])
      ${tripOf('notes: String @fed__authenticated', '@fed__requiresScopes(scopes: [["a"]])')}`;
    const expected = new Map([
      ['Trip', { ...open, scopes: [[['a']]] }],
      ['Trip.notes', { ...open, authenticated: true }],
    ]);
    const { published, served } = await rulesOf(sdl);
    expect(published.authorization).toEqual(expected);
    expect(served.authorization).toEqual(expected);
  });

  test('a directive of the same name that no specification defines is none', async () => {
    const sdl = `${federation('')} directive @authenticated on FIELD_DEFINITION ${tripOf('notes: String @authenticated')}`;
    const { published, served } = await rulesOf(sdl);
    expect(published.authorization.size).toBe(0);
    expect(served.authorization.size).toBe(0);
  });

  test('what several subgraphs demand of one field has to be met together', async () => {
    const imports = ', "@authenticated", "@requiresScopes"';
    const { published, served } = await rulesOf(
      `${federation(imports)} ${tripOf('price: Int @shareable @requiresScopes(scopes: [["a", "b"], ["c"]])')}`,
      `${federation(imports)} type Trip @key(fields: "id") { id: ID!
        price: Int @shareable @authenticated @requiresScopes(scopes: [["d"], ["c"]]) }`,
    );
    const meets = (rules: SchemaRules, held: string) =>
      (rules.authorization.get('Trip.price')?.scopes ?? []).every((requirement) =>
        requirement.some((all) => all.every((scope) => held.includes(scope))),
      );
    const holders = ['', 'a', 'ab', 'd', 'ad', 'abd', 'c', 'ac', 'cd', 'abcd'];
    const expected = ['abd', 'c', 'ac', 'cd', 'abcd'];
    expect(holders.filter((held) => meets(published, held))).toEqual(expected);
    expect(holders.filter((held) => meets(served, held))).toEqual(expected);
    expect(published.authorization.get('Trip.price')?.authenticated).toBe(true);
    // Composition has joined them already: nothing is demanded twice.
    expect(published.authorization).toEqual(served.authorization);
  });

  test('what an interface object demands holds for the types behind it', async () => {
    const imports = ', "@authenticated", "@interfaceObject"';
    const { published, served } = await rulesOf(
      `${federation(imports)} type Query { places: [Place] } interface Place @key(fields: "id") { id: ID! }
        type Town implements Place @key(fields: "id") { id: ID! } type Trip @key(fields: "id") { id: ID! }`,
      `${federation(imports)} type Place @interfaceObject @key(fields: "id") { id: ID! owner: String @authenticated }
        type Trip @key(fields: "id") { id: ID! }`,
    );
    for (const { authorization } of [published, served])
      expect(authorization.get('Town.owner')).toEqual({ ...open, authenticated: true });
  });

  test('root types have the names that clients know', async () => {
    const imports = ', "@authenticated"';
    const { published, served } = await rulesOf(
      `${federation(imports)} schema { query: Asking mutation: Doing } type Asking { trips: [Trip] @authenticated }
        type Doing { book: Trip @authenticated } type Trip @key(fields: "id") { id: ID! }`,
    );
    const names = ['Query.trips', 'Mutation.book'];
    expect([...published.authorization.keys()].sort()).toEqual([...names].sort());
    expect([...served.authorization.keys()].sort()).toEqual([...names].sort());
  });

  test('a demand that cannot be read is met by nobody, and told', () => {
    const link =
      'extend schema @link(url: "https://specs.apollo.dev/requiresScopes/v0.1", for: SECURITY) type Query { a: Int ';
    const { rules, faults } = readSchemaRules({
      sdl: `${link} @requiresScopes(scopes: [[7]]) }`,
      subgraphs: [],
    });
    expect(rules.authorization.get('Query.a')?.scopes).toEqual([[]]);
    expect(faults).toEqual([
      '@requiresScopes of Query.a is met by nobody: its argument is not a list of lists of texts',
    ]);
    const single = readSchemaRules({ sdl: `${link} @requiresScopes(scopes: "x") }`, subgraphs: [] });
    expect(single.rules.authorization.get('Query.a')?.scopes).toEqual([[['x']]]);
  });
});

test('weights and list sizes are joined as composition joins them', async () => {
  const imports = ', "@cost", {name: "@listSize", as: "@size"}';
  const page = 'type Page @shareable { items: [Int] more: [Int] }';
  const { published, served } = await rulesOf(
    `${federation(imports)} ${page} input By { text: String @cost(weight: 4) } enum Kind @cost(weight: 6) { A }
      type Query { page(first: Int @cost(weight: 3), by: By): Page
        @size(assumedSize: 10, slicingArguments: ["first"], sizedFields: ["items"]) @shareable }
      type Trip @key(fields: "id") @cost(weight: 2) { id: ID! kind: Kind notes: String @cost(weight: 5) @shareable }`,
    `${federation(imports)} ${page} input By { text: String }
      type Query { page(first: Int, by: By): Page
        @size(assumedSize: 20, sizedFields: ["more"], requireOneSlicingArgument: false) @shareable }
      type Trip @key(fields: "id") { id: ID! notes: String @cost(weight: 7) @shareable }`,
  );
  for (const { weights, listSizes } of [published, served]) {
    expect(Object.fromEntries(weights)).toEqual({
      'Query.page(first:)': 3,
      'By.text': 4,
      Kind: 6,
      Trip: 2,
      'Trip.notes': 7,
    });
    expect(Object.fromEntries(listSizes)).toEqual({
      'Query.page': {
        assumedSize: 20,
        slicingArguments: ['first'],
        sizedFields: ['more', 'items'],
        requireOneSlicingArgument: false,
      },
    });
  }
});

describe('caching', () => {
  const trips = (
    compose: string,
  ) => `${federation(', {name: "@cacheTag", as: "@tagged"}')} ${compose} ${cacheControl}
    type Query { trips: [Trip] @cacheControl(maxAge: 60, scope: PRIVATE) @tagged(format: "trips") @tagged(format: "all") }
    type Trip @key(fields: "id") @cacheControl(maxAge: 10) @tagged(format: "trip-{$key.id}") { id: ID! kind: String @cacheControl(inheritMaxAge: true) }`;
  const people = `${federation(', {name: "@cacheTag", as: "@tagged"}')} ${cacheControl}
    type Trip @key(fields: "id") @cacheControl(maxAge: 5) @tagged(format: "owned-{$key.id}") { id: ID! owner: String }`;
  const control = { maxAgeSeconds: null, scope: null, inheritMaxAge: false };

  test('@cacheControl is read for each subgraph; composed, only what @composeDirective kept is there', async () => {
    const { published, served } = await rulesOf(trips(''), people);
    expect(published.cacheControl).toEqual(
      new Map([
        [
          'trips',
          new Map([
            ['Query.trips', { ...control, maxAgeSeconds: 60, scope: 'PRIVATE' }],
            ['Trip', { ...control, maxAgeSeconds: 10 }],
            ['Trip.kind', { ...control, inheritMaxAge: true }],
          ]),
        ],
        ['people', new Map([['Trip', { ...control, maxAgeSeconds: 5 }]])],
      ]),
    );
    expect(served.cacheControl.size).toBe(0);

    const compose =
      'extend schema @link(url: "https://example.org/caching/v1.0", import: ["@cacheControl"]) @composeDirective(name: "@cacheControl")';
    const kept = (await rulesOf(trips(compose))).served;
    expect(kept.cacheControl.get('trips')?.get('Query.trips')?.maxAgeSeconds).toBe(60);
    expect(kept.cacheControl.get('trips')?.get('Trip.kind')?.inheritMaxAge).toBe(true);
    expect(kept.cacheControl.get('people')?.has('Query.trips')).toBe(false);
  });

  test('@cacheTag is read for each subgraph, also from what is composed', async () => {
    const { published, served } = await rulesOf(trips(''), people);
    for (const { cacheTags } of [published, served]) {
      expect(Object.fromEntries(cacheTags.get('trips') ?? [])).toEqual({
        'Query.trips': ['trips', 'all'],
        Trip: ['trip-{$key.id}'],
      });
      expect(Object.fromEntries(cacheTags.get('people') ?? [])).toEqual({ Trip: ['owned-{$key.id}'] });
    }
  });
});

describe('@rateLimit', () => {
  const given =
    'max: 5, window: "10s", message: "Too often", identityArgs: ["id"], arrayLengthField: "ids", readOnly: false, uncountRejected: true';
  const limit = {
    max: 5,
    window: '10s',
    message: 'Too often',
    identityArgs: ['id'],
    arrayLengthField: 'ids',
    readOnly: false,
    uncountRejected: true,
  };
  const trips = (name: string, more: string) =>
    `${federation('')} ${more} directive @${name}${rateLimit}
      type Query { trip(id: ID, ids: [ID]): Trip @${name}(${given}) } type Trip @key(fields: "id") { id: ID! }`;
  const composed = (imported: string, name: string) =>
    `extend schema @link(url: "https://example.org/limits/v1.0", import: [${imported}]) @composeDirective(name: "@${name}")`;

  test.each([
    ['composed', 'rateLimit', composed('"@rateLimit"', 'rateLimit')],
    ['composed and renamed', 'slow', composed('{name: "@rateLimit", as: "@slow"}', 'slow')],
  ])('%s, is read with all that graphql-rate-limit takes', async (_how, name, more) => {
    const { published, served } = await rulesOf(trips(name, more));
    const expected = new Map([['Query.trip', [limit]]]);
    expect(published.rateLimits).toEqual(expected);
    expect(served.rateLimits).toEqual(expected);
  });

  test('of a subgraph alone is known from the registry only; limits of several all hold, equal ones once', async () => {
    const shared = trips('rateLimit', '').replace(`${given})`, `${given}) @shareable`);
    const { published, served } = await rulesOf(shared, shared);
    expect(published.rateLimits).toEqual(new Map([['Query.trip', [limit]]]));
    expect(served.rateLimits.size).toBe(0);
    const stricter = shared.replace('max: 5', 'max: 3');
    expect((await rulesOf(shared, stricter)).published.rateLimits.get('Query.trip')).toEqual([
      { ...limit, max: 3 },
      limit,
    ]);
  });

  test('that makes no sense is left out, and told', async () => {
    const supergraph = await composing.published({
      trips: trips('rateLimit', '').replace('"10s"', '"often"'),
      people: plain,
    });
    const { rules, faults } = readSchemaRules(supergraph);
    expect(rules.rateLimits.size).toBe(0);
    expect(faults).toEqual(['@rateLimit of Query.trip is left out: window: expected a duration such as 10s']);
  });
});
