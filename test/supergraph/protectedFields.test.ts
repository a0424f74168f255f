import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { AuthorizationRule, Requirement } from '../../src/model/schemaRules.ts';
import { readSchemaRules } from '../../src/supergraph/supergraph.ts';
import { type Composing, startComposing } from '../support/startComposing.ts';

const federation = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.12", import: ["@key", "@shareable", "@external", "@requires",
  "@interfaceObject", "@inaccessible", "@context", "@fromContext", "@authenticated", "@requiresScopes", "@policy"])\n`;

let composing: Composing;
beforeAll(async () => {
  composing = await startComposing();
});
afterAll(() => composing.close());

type Fields = ReadonlyMap<string, AuthorizationRule>;

/** What is protected, as read from the registry; a supergraph that is served without one says the same. */
async function composedFields(
  trips: string,
  people = 'type Person @key(fields: "id") { id: ID! }',
): Promise<Fields> {
  const supergraph = await composing.published({ trips: federation + trips, people: federation + people });
  const published = readSchemaRules(supergraph);
  const served = readSchemaRules(await composing.served(supergraph));
  expect([...published.faults, ...served.faults]).toEqual([]);
  expect(served.rules.protectedFields).toEqual(published.rules.protectedFields);
  return published.rules.protectedFields;
}

/** What is protected in a supergraph as somebody else composed it. */
function fieldsOf(sdl: string): Fields {
  const links = ['authenticated', 'requiresScopes', 'context'].map(
    (name) => `@link(url: "https://specs.apollo.dev/${name}/v0.1")`,
  );
  const head = `schema @link(url: "https://specs.apollo.dev/link/v1.0") @link(url: "https://specs.apollo.dev/join/v0.3", for: EXECUTION)
    @link(url: "https://specs.apollo.dev/inaccessible/v0.2", for: SECURITY) ${links.join(' ')} { query: Query }`;
  return readSchemaRules({ sdl: `${head} ${sdl}`, subgraphs: [] }).rules.protectedFields;
}

const keysOf = (fields: Fields) => [...fields.keys()].sort();
const scopesOf = (fields: Fields, coordinate: string) => fields.get(coordinate)?.scopes ?? [];
const a = '@requiresScopes(scopes: [["a"]])';
const b = '@requiresScopes(scopes: [["b"]])';
const c = '@requiresScopes(scopes: [["c"]])';

describe('a field is protected', () => {
  test('by its own demands, those of its type and of the type it returns, and everything of them has to be met', async () => {
    const fields = await composedFields(`type Query { trip: Trip ${a} trips: [[Trip!]]! open: Int }
      type Trip ${b} @key(fields: "id") { id: ID! price: Money ${c} mood: Mood }
      scalar Money @authenticated enum Mood @policy(policies: [["moody"]]) { GOOD }`);
    expect(keysOf(fields)).toEqual(['Query.trip', 'Query.trips', 'Trip.id', 'Trip.mood', 'Trip.price']);
    expect(scopesOf(fields, 'Query.trip')).toEqual([[['a']], [['b']]]);
    expect(scopesOf(fields, 'Query.trips')).toEqual([[['b']]]);
    expect(fields.get('Trip.price')).toEqual({
      authenticated: true,
      scopes: [[['b']], [['c']]],
      policies: [],
    });
    expect(fields.get('Trip.mood')?.policies).toEqual([[['moody']]]);
  });

  test('each of the types behind an interface by its own demands, although composition joins them on the interface', async () => {
    const fields = await composedFields(`type Query { node: Node }
      interface Node { id: ID! name: String }
      type Trip implements Node @key(fields: "id") { id: ID! name: String ${a} }
      type Town implements Node { id: ID! name: String @requiresScopes(scopes: [["b"], ["c"]]) }
      type Road implements Node { id: ID! name: String }
      type Boat implements Node { id: ID! name: String @requiresScopes(scopes: [["b"], ["d"]]) }`);
    expect(keysOf(fields)).toEqual(['Boat.name', 'Town.name', 'Trip.name']);
    expect(scopesOf(fields, 'Trip.name')).toEqual([[['a']]]);
    expect(scopesOf(fields, 'Town.name')).toEqual([[['b'], ['c']]]);
  });

  test('by what an interface demands of its own, in supergraphs that were composed when it could', () => {
    const fields =
      fieldsOf(`type Query { node: Node trip: Trip } interface Node ${a} { id: ID! name: String ${b} }
      type Trip implements Node { id: ID! name: String price: Int } type Town implements Node { id: ID! name: String ${c} }`);
    expect(keysOf(fields)).toEqual([
      'Query.node',
      'Query.trip',
      'Town.id',
      'Town.name',
      'Trip.id',
      'Trip.name',
      'Trip.price',
    ]);
    expect(scopesOf(fields, 'Query.node')).toEqual([[['a']]]);
    expect(scopesOf(fields, 'Trip.name')).toEqual([[['a']], [['b']]]);
    expect(scopesOf(fields, 'Town.name')).toEqual([[['a']], [['c']], [['b']]]);
    expect(scopesOf(fields, 'Trip.price')).toEqual([[['a']]]);
  });

  test('by what all types demand that an interface or a union stands for, and by nothing that only some do', async () => {
    const fields = await composedFields(`type Query { all: All some: Some node: Node }
      union All = Trip | Town union Some = Trip | Road interface Node { id: ID! }
      type Trip implements Node @key(fields: "id") @authenticated ${a} { id: ID! }
      type Town implements Node @authenticated @requiresScopes(scopes: [["a"], ["b"]]) { id: ID! }
      type Road @authenticated { id: ID! } interface Way { id: ID! } extend type Query { way: Way }
      type Lane implements Way @authenticated { id: ID! } type Path implements Way { id: ID! }`);
    expect(fields.get('Query.all')).toEqual({ authenticated: true, scopes: [[['a'], ['b']]], policies: [] });
    expect(fields.get('Query.node')).toEqual({ authenticated: true, scopes: [[['a'], ['b']]], policies: [] });
    expect(fields.get('Query.some')).toEqual({ authenticated: true, scopes: [], policies: [] });
    expect(fields.get('Query.way')).toBeUndefined();
    expect(fields.get('Path.id')).toBeUndefined();
  });

  test('by an interface object, for every type behind the interface and only there', async () => {
    const fields = await composedFields(
      `type Query { places: [Place] } interface Place @key(fields: "id") { id: ID! }
        type Town implements Place @key(fields: "id") { id: ID! } type Lake implements Place @key(fields: "id") { id: ID! }
        type Person @key(fields: "id") { id: ID! }`,
      `type Place @interfaceObject @key(fields: "id") { id: ID! owner: String ${a} } type Person @key(fields: "id") { id: ID! }`,
    );
    expect(keysOf(fields)).toEqual(['Lake.owner', 'Town.owner']);
  });

  test('for types that clients do not know', () => {
    const fields = fieldsOf(`type Query { node: Node } interface Node { id: ID! name: String }
      type Trip implements Node { id: ID! name: String } type Spy implements Node @inaccessible { id: ID! name: String ${a} }`);
    expect(keysOf(fields)).toEqual(['Node.name', 'Spy.name']);
  });
});

describe('a field that needs protected ones is protected as they are', () => {
  const join = `enum join__Graph { A @join__graph(name: "a", url: "http://127.0.0.1/a") }
    type Query { trip: Trip node: Node }`;

  test('over any number of steps, into objects and by fragments', () => {
    const fields = fieldsOf(`${join} interface Node { id: ID! secret: Int }
      type Trip { secret: Int ${a} one: Int @join__field(graph: A, requires: "secret") two: Int @join__field(graph: A, requires: "one")
        three: Int @join__field(graph: A, requires: "two open") open: Int town: Town node: Node
        mayor: Int @join__field(graph: A, requires: "town { mayor }") any: Int @join__field(graph: A, requires: "node { secret }")
        some: Int @join__field(graph: A, requires: "node { ... on Road { secret } }")
        none: Int @join__field(graph: A, requires: "node { ... on Lane { secret } id }") }
      type Town { mayor: Int ${b} } type Road implements Node { id: ID! secret: Int ${c} } type Lane implements Node { id: ID! secret: Int }`);
    for (const name of ['secret', 'one', 'two', 'three'])
      expect(scopesOf(fields, `Trip.${name}`)).toEqual([[['a']]]);
    expect(scopesOf(fields, 'Trip.mayor')).toEqual([[['b']]]);
    expect(scopesOf(fields, 'Trip.any')).toEqual([[['c']]]);
    expect(scopesOf(fields, 'Trip.some')).toEqual([[['c']]]);
    expect(keysOf(fields)).not.toContain('Trip.none');
    expect(keysOf(fields)).not.toContain('Trip.open');
  });

  test('where fields need each other', () => {
    const fields =
      fieldsOf(`${join} interface Node { id: ID! } type Trip { one: Int @join__field(graph: A, requires: "two")
      two: Int @join__field(graph: A, requires: "one") ${a} }`);
    expect(keysOf(fields)).toEqual(['Trip.one', 'Trip.two']);
  });

  test('through an interface object', () => {
    const fields =
      fieldsOf(`${join} interface Node { id: ID! secret: Int score: Int @join__field(graph: A, requires: "secret") }
      type Trip implements Node { id: ID! secret: Int ${a} score: Int @join__field }
      type Town implements Node { id: ID! secret: Int score: Int @join__field }`);
    expect(keysOf(fields)).toEqual(['Trip.score', 'Trip.secret']);
  });

  test('through a context', () => {
    const fields =
      fieldsOf(`${join} interface Node { id: ID! } type Trip @context(name: "a__trip") { secret: Int ${a} town: Town }
      type Tour @context(name: "a__trip") { secret: Int ${b} }
      type Town { mayor: Int @join__field(graph: A, contextArguments: [{context: "a__trip", name: "x", type: "Int", selection: " { secret }"}]) size: Int }`);
    expect(scopesOf(fields, 'Town.mayor')).toEqual([[['a']], [['b']]]);
    expect(keysOf(fields)).not.toContain('Town.size');
  });

  test('and what cannot be read of it is met by nobody', () => {
    const fields = fieldsOf(
      `${join} interface Node { id: ID! } type Trip { secret: Int ${a} one: Int @join__field(graph: A, requires: "{ se") }`,
    );
    expect(fields.get('Trip.one')?.scopes).toEqual([[]]);
  });

  test('composition refuses it today, unless the field says what it needs itself', async () => {
    const people = (more: string) =>
      `type Query { person: Person } type Person @key(fields: "id") { id: ID! secret: Int @external age: Int @requires(fields: "secret") ${more} }`;
    const trips = `type Query { open: Int } type Person @key(fields: "id") { id: ID! secret: Int ${a} }`;
    await expect(composedFields(trips, people(''))).rejects.toThrow('do not compose');
    expect(scopesOf(await composedFields(trips, people(a)), 'Person.age')).toEqual([[['a']]]);
  });
});

test('what subgraphs demand of one field has to be met together, for every set of scopes', async () => {
  const names = ['a', 'b', 'c', 'd', 'e', 'f'];
  const first: Requirement = [['a', 'b'], ['c'], ['d', 'e']];
  const second: Requirement = [['b', 'c'], ['d'], ['f', 'a']];
  const sdl = (requirement: Requirement) =>
    `type Person @key(fields: "id") { id: ID! age: Int @shareable @requiresScopes(scopes: ${JSON.stringify(requirement)}) }`;
  const fields = await composedFields(`type Query { person: Person } ${sdl(first)}`, sdl(second));
  const meets = (requirements: readonly Requirement[], held: ReadonlySet<string>) =>
    requirements.every((ways) => ways.some((all) => all.every((scope) => held.has(scope))));
  for (let set = 0; set < 2 ** names.length; set += 1) {
    const held = new Set(names.filter((_name, bit) => (set & (1 << bit)) !== 0));
    expect([...held, meets(scopesOf(fields, 'Person.age'), held)]).toEqual([
      ...held,
      meets([first, second], held),
    ]);
  }
});
