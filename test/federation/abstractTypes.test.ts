import { afterAll, describe, expect, test } from '@jest/globals';
import { createFixtureRunner, type Fixture } from './fixture.ts';

const runner = createFixtureRunner();
afterAll(() => runner.close());

const library: Fixture = {
  sdl: {
    works: `type Query { media: [Media] things: [[Thing]] named: [Named!]! }
      interface Media @key(fields: "id") { id: ID! title: String }
      interface Named { id: ID! }
      type Film implements Media & Named @key(fields: "id") { id: ID! title: String minutes: Int }
      type Song implements Media @key(fields: "id") { id: ID! title: String beats: Int }
      type Tag @shareable { text: String! }
      union Thing = Film | Tag`,
    ratings: `type Query { best: [Media!] one: Media }
      type Media @key(fields: "id") @interfaceObject { id: ID! stars: Int sharp: Int! title: String @external
        praise: String @requires(fields: "title") }`,
    people: `type Query { people: [Named!]! anything: [Thing] }
      interface Named { id: ID! }
      type Person implements Named @key(fields: "id") { id: ID! name: String seen: [Film] }
      type Film implements Named @key(fields: "id") { id: ID! actors: [Person!] }
      type Tag @shareable { text: String! }
      union Thing = Person | Tag | Film`,
  },
  entities: {
    Film: [{ __typename: 'Film', id: 'f', title: 'Alien', minutes: 117, stars: 5 }],
    Song: [{ __typename: 'Song', id: 's', title: '', beats: 0, stars: 0 }],
    get Media() {
      return [...(library.entities.Film ?? []), ...(library.entities.Song ?? [])];
    },
    Person: [{ __typename: 'Person', id: 'p', name: 'Ripley' }],
  },
  fields: {
    'Query.media': () => [...(library.entities.Media ?? []), null],
    'Query.things': () => [[film(), { __typename: 'Tag', text: 'x' }, null], []],
    'Query.named': () => [film()],
    'Query.best': (_parent, _args, subgraph) => (library.entities.Media ?? []).map(seenBy(subgraph)),
    'Query.one': (_parent, _args, subgraph) => seenBy(subgraph)(library.entities.Song?.[0] ?? {}),
    'Query.people': () => [library.entities.Person?.[0], film()],
    'Query.anything': () => [library.entities.Person?.[0], film(), { __typename: 'Tag', text: 'y' }],
    'Person.seen': () => [film(), film(), null],
    'Film.actors': () => library.entities.Person,
    '*.praise': ({ sent, title }) => `praise of ${sent ? sent.title : title}`,
  },
};

function film(): Readonly<Record<string, unknown>> | undefined {
  return library.entities.Film?.[0];
}

/** Subgraph `ratings` knows of media only that they are. */
function seenBy(subgraph: string | null) {
  return (entity: Readonly<Record<string, unknown>>) =>
    subgraph === 'ratings' ? { ...entity, __typename: 'Media' } : entity;
}

describe('abstract types', () => {
  test.each([
    [
      'interfaces',
      '{ media { id title __typename ... on Film { minutes actors { name } } ... on Song { beats } } }',
    ],
    [
      'unions in lists of lists',
      '{ things { __typename ... on Film { title actors { name } } ... on Tag { text } } }',
    ],
    [
      'interfaces of several subgraphs',
      '{ named { id ... on Film { minutes } } people { id ... on Person { name } ... on Film { minutes actors { id } } } }',
    ],
    [
      'unions of several subgraphs',
      '{ anything { ... on Person { seen { title stars } } ... on Film { stars } ... on Tag { text } } }',
    ],
    ['interface objects whose type nobody asks', '{ best { id stars } one { id } }'],
    ['interface objects with their type', '{ best { __typename id stars title } }'],
    ['interface objects in fragments', '{ best { stars ... on Film { minutes } ... on Song { beats } } }'],
    ['fields of an interface object on an interface', '{ media { stars title } }'],
    ['fields of an interface object on an object', '{ named { ... on Film { stars praise title } } }'],
    [
      'required fields of an interface object',
      '{ best { praise } one { praise __typename } media { praise } }',
    ],
    ['aliases over interface objects', '{ best { title: id id: title stars: __typename } }'],
    [
      'fragments that are used twice',
      'query ($yes: Boolean!) { media { ...M } best { ...M ...F } } fragment M on Media { id stars @include(if: $yes) ...F } fragment F on Film { minutes @skip(if: $yes) title }',
    ],
  ])('%s', async (_what, text) => {
    await runner.expectAnswer(library, text, text.includes('$yes') ? { yes: true } : {});
  });

  test('fragments of another interface on interface objects', async () => {
    await runner.expectAnswer(library, '{ best { ... on Named { id } } }');
  });

  // Apollo's planner asks for `sharp` of songs too: it forgets below an interface object that only films were meant.
  test('a field of interface objects is asked of those types only that the client asks it of', async () => {
    const fixture = {
      ...library,
      fields: {
        ...library.fields,
        '*.sharp': ({ id }: Readonly<Record<string, unknown>>) => (id === 's' ? null : 1),
      },
    };
    await runner.expectAnswer(fixture, '{ media { stars ... on Film { ... on Media { sharp } } } }');
  });

  // A subgraph is asked for fields of two shapes under two names; Apollo's executor forgets to rename what is nothing.
  test.each([
    ['zero', 0],
    ['an empty text', ''],
    ['false', false],
    ['null', null],
  ])('a field of two shapes is told under its name where it is %s', async (_what, value) => {
    const type = { number: 'Int', string: 'String', boolean: 'Boolean' }[typeof value as string] ?? 'Int';
    const fixture: Fixture = {
      sdl: {
        names: `type Query { all: [Marked!] } interface Marked { id: ID! }
          type Sure implements Marked @key(fields: "id") { id: ID! }
          type Open implements Marked @key(fields: "id") { id: ID! }`,
        marks: `interface Marked { id: ID! mark: ${type} }
          type Sure implements Marked @key(fields: "id") { id: ID! mark: ${type}! }
          type Open implements Marked @key(fields: "id") { id: ID! mark: ${type} }`,
      },
      entities: {
        Sure: [{ __typename: 'Sure', id: 's', mark: value ?? 1 }],
        Open: [{ __typename: 'Open', id: 'o', mark: value }],
      },
      fields: { 'Query.all': () => [fixture.entities.Sure?.[0], fixture.entities.Open?.[0]] },
    };
    const text = '{ all { mark } }';
    await runner.expectAnswer(fixture, text);
    const { bodies } = await runner.answersOf(fixture, { text });
    expect(bodies.join()).toMatch(/\w+: ?mark\b/);
  });

  test('introspection is answered beside data', async () => {
    const { data } = await runner.expectAnswer(
      library,
      '{ __schema { queryType { name } } one { __typename } __type(name: "Media") { kind possibleTypes { name } } __typename }',
    );
    expect(Object.keys(data ?? {})).toEqual(['__schema', 'one', '__type', '__typename']);
  });
});
