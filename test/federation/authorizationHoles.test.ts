import { afterAll, describe, expect, test } from '@jest/globals';
import type { Session } from '../../src/model/session.ts';
import { createPlanning, planningOptions } from '../../src/planning/planning.ts';
import { lendThread } from '../support/lendThread.ts';
import { sessionWith } from '../support/sessionWith.ts';
import { createFederation, type Federation, type FederationData } from './federation.ts';
import { guardedEngine } from './guardedEngine.ts';
import { restrictSupergraph } from './restrictSupergraph.ts';

/**
 * Holes that other gateways and composers had, by their advisories; each was open for operations like these.
 */

const planning = createPlanning(planningOptions.parse({}), { startThread: lendThread });
afterAll(() => planning.close());

const nobody = sessionWith(null);
const anybody = sessionWith([]);

type Objects = Readonly<Record<string, unknown>>;

/** Subgraphs over this data; fields are the properties of their names, functions are given their object. */
function federationOf(
  sdl: Readonly<Record<string, string>>,
  { root, entities = [] }: { readonly root: Objects; readonly entities?: readonly Objects[] },
  link = 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@shareable", "@external", "@requires", "@interfaceObject", "@authenticated", "@requiresScopes"])',
): Federation {
  const data: FederationData = {
    root: () => root,
    find: ({ __typename, id, ...sent }) => {
      const found = entities.find((entity) => entity.id === id);
      return found ? { ...found, __typename, sent } : null;
    },
    value(parent, { field }) {
      const found = (parent as Objects)[field];
      return typeof found === 'function' ? found(parent) : found;
    },
  };
  const texts = Object.fromEntries(Object.entries(sdl).map(([name, text]) => [name, `${link}\n${text}`]));
  const { federation, faults } = createFederation(texts, data);
  if (!federation) throw new Error(faults);
  return federation;
}

/** What a session is answered: the data, where something is withheld, and what subgraphs were asked. */
async function answer(
  { supergraph, call }: Pick<Federation, 'supergraph' | 'call'>,
  text: string,
  session: Session,
): Promise<{ data: unknown; withheld: readonly string[]; asked: string }> {
  const bodies: string[] = [];
  const engine = await guardedEngine({
    planning,
    supergraph,
    call: (one) => {
      bodies.push(one.body);
      return call(one);
    },
  });
  try {
    const { data, errors = [] } = await engine.execute({ text, variables: {} }, session);
    for (const { extensions } of errors) expect(extensions).toEqual({ code: 'UNAUTHORIZED_FIELD_OR_TYPE' });
    return { data, withheld: errors.map(({ path }) => (path ?? []).join('/')), asked: bodies.join('\n') };
  } finally {
    await engine.dispose();
  }
}

describe('GHSA-mx7m-j9xf-62hw: what an interface demands holds for its types, however they are reached', () => {
  const trip = { __typename: 'Trip', id: '1', secret: 'canary' };
  const federation = federationOf(
    {
      all: 'type Query { node: Node any: Any trip: Trip } interface Node { id: ID! secret: String } union Any = Trip | Town type Trip implements Node { id: ID! secret: String } type Town implements Node { id: ID! secret: String }',
    },
    { root: { node: trip, any: trip, trip } },
  );
  // Nobody composes this any more; supergraphs that were composed before have it.
  const supergraph = restrictSupergraph(federation.supergraph, new Map([['Node.secret', '@authenticated']]));

  test.each([
    ['{ node { secret } }', 'node/secret'],
    ['{ node { ... on Trip { secret } } }', 'node/secret'],
    ['{ node { ...T } } fragment T on Trip { s: secret }', 'node/s'],
    ['{ any { ... on Node { secret } } }', 'any/secret'],
    ['{ any { ... on Trip { ... on Node { ... on Trip { secret } } } } }', 'any/secret'],
    ['{ trip { ...N } } fragment N on Node { secret }', 'trip/secret'],
  ])('%s', async (text, place) => {
    const { withheld, asked, data } = await answer({ ...federation, supergraph }, text, nobody);
    expect(withheld).toEqual([place]);
    expect(asked).not.toContain('secret');
    expect(JSON.stringify(data)).not.toContain('canary');
    expect(JSON.stringify((await answer({ ...federation, supergraph }, text, anybody)).data)).toContain(
      'canary',
    );
  });
});

describe('GHSA-x33c-7c2v-mrj9: types behind an interface that demand different things', () => {
  const nodes = [
    { __typename: 'Trip', id: '1', name: 'canary', next: { __typename: 'Town', id: '2', name: 'Bern' } },
    { __typename: 'Town', id: '2', name: 'Bern', next: { __typename: 'Trip', id: '1', name: 'canary' } },
    { __typename: 'Road', id: '3', name: 'A1', next: null },
  ];
  const federation = federationOf(
    {
      all: `type Query { nodes: [Node!]! } interface Node { id: ID! name: String next: Node } type Trip implements Node { id: ID! name: String @requiresScopes(scopes: [["trips"]]) next: Node }
      type Town implements Node { id: ID! name: String! next: Node } type Road implements Node @requiresScopes(scopes: [["roads"]]) { id: ID! name: String next: Node }`,
    },
    { root: { nodes } },
  );

  test('each object is judged by its own type, and only those that may be seen are asked for it', async () => {
    const { data, withheld, asked } = await answer(federation, '{ nodes { name } }', sessionWith(['roads']));
    expect(data).toEqual({ nodes: [{ name: null }, { name: 'Bern' }, { name: 'A1' }] });
    expect(withheld).toEqual(['nodes/0/name']);
    expect(asked).toMatch(/\.\.\. ?on Town ?\{[^{}]*name/);
    expect(asked).not.toMatch(/\.\.\. ?on Trip ?\{[^{}]*\bname/);
  });

  test('below each other, under aliases and beside fragments of them', async () => {
    const text =
      '{ nodes { n: name ... on Trip { title: name next { name } } ...T } } fragment T on Town { name next { __typename name } }';
    expect(await answer(federation, text, sessionWith(['roads', 'trips']))).toMatchObject({
      data: {
        nodes: [
          { n: 'canary', title: 'canary', next: { name: 'Bern' } },
          { n: 'Bern', name: 'Bern', next: { __typename: 'Trip', name: 'canary' } },
          { n: 'A1' },
        ],
      },
      withheld: [],
    });
    expect(await answer(federation, text, sessionWith(['roads']))).toMatchObject({
      data: {
        nodes: [
          { n: null, title: null, next: { name: 'Bern' } },
          { n: 'Bern', name: 'Bern', next: { __typename: 'Trip', name: null } },
          { n: 'A1' },
        ],
      },
      withheld: ['nodes/0/n', 'nodes/0/title', 'nodes/1/next/name'],
    });
  });

  test('a type as a whole: its key may not be null, so the list is', async () => {
    const { data, withheld } = await answer(
      federation,
      '{ nodes { __typename id } }',
      sessionWith(['trips']),
    );
    expect({ data, withheld }).toEqual({ data: null, withheld: ['nodes/2/id'] });
    expect(
      (await answer(federation, '{ nodes { __typename ... on Road { name } } }', sessionWith([]))).data,
    ).toEqual({
      nodes: [{ __typename: 'Trip' }, { __typename: 'Town' }, { __typename: 'Road', name: null }],
    });
  });

  test('more types and levels than can be told apart are withheld together', async () => {
    const deep = (depth: number): string => (depth === 0 ? 'name' : `name next { ${deep(depth - 1)} }`);
    const { data, withheld } = await answer(federation, `{ nodes { ${deep(12)} } }`, sessionWith(['trips']));
    expect(withheld[0]).toBe('nodes/0/name');
    expect(JSON.stringify(data)).not.toMatch(/canary|Bern|A1/);
  });
});

describe('GHSA-g8jh-vg5j-4h3f: directives under other names', () => {
  const url = 'https://specs.apollo.dev/federation/v2.9';
  test.each([
    ['as they are', `@link(url: "${url}", import: ["@authenticated"])`, '@authenticated'],
    ['renamed', `@link(url: "${url}", import: [{name: "@authenticated", as: "@auth"}])`, '@auth'],
    [
      'renamed to another one',
      `@link(url: "${url}", import: [{name: "@authenticated", as: "@policy"}])`,
      '@policy',
    ],
    ['by their namespace', `@link(url: "${url}")`, '@federation__authenticated'],
  ])('%s', async (_how, link, directive) => {
    const sdl = { all: `type Query { secret: String ${directive} open: String }` };
    const federation = federationOf(
      sdl,
      { root: { secret: 'canary', open: 'yes' } },
      `extend schema ${link}`,
    );
    expect(await answer(federation, '{ open secret }', nobody)).toMatchObject({
      data: { open: 'yes', secret: null },
      withheld: ['secret'],
      asked: expect.not.stringContaining('secret'),
    });
    expect((await answer(federation, '{ secret }', anybody)).data).toEqual({ secret: 'canary' });
  });
});

describe('GHSA-m8jr-fxqx-8xx6: protected data through @requires', () => {
  const person = { __typename: 'Person', id: '1', secret: 'canary', open: 'yes' };
  const made =
    (field: string) =>
    ({ sent }: Objects) =>
      `${field} of ${Object.values((sent ?? {}) as Objects)[0]}`;
  const federation = federationOf(
    {
      one: 'type Query { person: Person } type Person @key(fields: "id") { id: ID! secret: String open: String }',
      two: 'type Person @key(fields: "id") { id: ID! secret: String @external two: String @requires(fields: "secret") }',
      three:
        'type Person @key(fields: "id") { id: ID! two: String @external three: String @requires(fields: "two") }',
      four: 'type Person @key(fields: "id") { id: ID! three: String @external four: String @requires(fields: "three") }',
    },
    {
      root: { person },
      entities: [{ ...person, two: made('two'), three: made('three'), four: made('four') }],
    },
  );
  // Composition refuses this since; supergraphs that were composed before have it.
  const supergraph = restrictSupergraph(
    federation.supergraph,
    new Map([['Person.secret', '@authenticated']]),
  );

  test.each([['two'], ['three'], ['four']])(
    '%s is withheld as the secret is that it is made of, and that is not fetched',
    async (field) => {
      const { data, withheld, asked } = await answer(
        { ...federation, supergraph },
        `{ person { open ${field} } }`,
        nobody,
      );
      expect({ data, withheld }).toEqual({
        data: { person: { open: 'yes', [field]: null } },
        withheld: [`person/${field}`],
      });
      expect(asked).not.toMatch(/secret|two|three|four/);
      expect((await answer({ ...federation, supergraph }, `{ person { ${field} } }`, anybody)).data).toEqual({
        person: { [field]: expect.stringContaining('canary') },
      });
    },
  );
});

describe('subgraphs that demand different scopes of one field', () => {
  const sdl = (scope: string, root = '') =>
    `type Query { ${root || 'other: Int'} } type Person @key(fields: "id") { id: ID! secret: String @shareable @requiresScopes(scopes: [["${scope}"]]) }`;
  const person = { __typename: 'Person', id: '1', secret: 'canary' };
  const federation = federationOf(
    { one: sdl('a', 'person: Person'), two: sdl('b') },
    { root: { person }, entities: [person] },
  );

  test.each([
    [['a'], null],
    [['b'], null],
    [[], null],
    [['a', 'b'], 'canary'],
  ])('who holds %j sees %s', async (held, secret) => {
    expect((await answer(federation, '{ person { secret } }', sessionWith(held as string[]))).data).toEqual({
      person: { secret },
    });
  });
});

describe('what an interface object adds', () => {
  const places = [
    { __typename: 'Town', id: '1', owner: 'canary', size: 1 },
    { __typename: 'Lake', id: '2', owner: 'canary', size: 2 },
  ];
  const federation = federationOf(
    {
      places:
        'type Query { places: [Place!]! } interface Place @key(fields: "id") { id: ID! } type Town implements Place @key(fields: "id") { id: ID! } type Lake implements Place @key(fields: "id") { id: ID! }',
      owners:
        'type Place @interfaceObject @key(fields: "id") { id: ID! owner: String @authenticated size: Int }',
    },
    { root: { places }, entities: places.map((place) => ({ ...place, __typename: 'Place' })) },
  );

  test.each([
    ['{ places { size owner } }'],
    ['{ places { size ... on Town { owner } ... on Lake { owner } } }'],
    [
      '{ places { size ... on Town { ...P } ...L } } fragment P on Place { owner } fragment L on Lake { ... on Place { owner } }',
    ],
  ])('is withheld of every type behind the interface: %s', async (text) => {
    const { data, withheld, asked } = await answer(federation, text, nobody);
    expect({ data, withheld }).toEqual({
      data: {
        places: [
          { size: 1, owner: null },
          { size: 2, owner: null },
        ],
      },
      withheld: ['places/0/owner', 'places/1/owner'],
    });
    expect(asked).not.toContain('owner');
    expect(JSON.stringify((await answer(federation, text, anybody)).data).match(/canary/g)).toHaveLength(2);
  });
});

describe('one response name for different fields of different types', () => {
  const federation = federationOf(
    {
      all: `type Query { node: [Any] } union Any = Trip | Town | Road type Trip { open: String secret: String @requiresScopes(scopes: [["trips"]]) }
      type Town { open: String secret: String @requiresScopes(scopes: [["towns"]]) } type Road { open: String secret: String }`,
    },
    {
      root: {
        node: ['Trip', 'Town', 'Road'].map((__typename) => ({
          __typename,
          open: `open ${__typename}`,
          secret: `secret ${__typename}`,
        })),
      },
    },
  );
  const text =
    '{ node { ... on Trip { x: secret y: open } ... on Town { x: open y: secret } ...R } } fragment R on Road { x: secret y: open }';

  test.each([
    [[], [null, 'open Trip'], ['open Town', null], ['node/0/x', 'node/1/y']],
    [['trips'], ['secret Trip', 'open Trip'], ['open Town', null], ['node/1/y']],
    [['towns'], [null, 'open Trip'], ['open Town', 'secret Town'], ['node/0/x']],
    [['trips', 'towns'], ['secret Trip', 'open Trip'], ['open Town', 'secret Town'], []],
  ])('who holds %j', async (held, trip, town, withheld) => {
    const got = await answer(federation, text, sessionWith(held as string[]));
    const both = ([x, y]: readonly (string | null)[]) => ({ x, y });
    expect(got).toMatchObject({
      data: { node: [both(trip), both(town), both(['secret Road', 'open Road'])] },
      withheld,
    });
  });
});
