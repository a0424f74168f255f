import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { Disposer } from '../../src/base/disposer.ts';
import { sha256 } from '../../src/base/sha256.ts';
import { headerIdentity, type SaidSession, sessionHeader } from '../support/headerIdentity.ts';
import { startSubgraph, type TestSubgraph } from '../support/startSubgraph.ts';
import { startTestGateway, type TestGateway } from '../support/startTestGateway.ts';

const closing = new Disposer();
let gateway: TestGateway;
let travel: TestSubgraph;
let people: TestSubgraph;
const booked: string[] = [];

beforeAll(async () => {
  const trips = [
    { id: '1', title: 'Alps', notes: 'skis', price: 3, person: { id: 'p' } },
    { id: '2', title: 'Sea', notes: 'boat', price: 5, person: null },
  ];
  const book = (_: unknown, { title }: { title: string }) => {
    booked.push(title);
    return trips[0];
  };
  travel = await startSubgraph('travel', {
    sdl: `type Query { open: String trips: [Trip!] trip(id: ID): Trip! closed: [Trip!]! @authenticated plans(first: Int): [Trip] @requiresScopes(scopes: [["plans"]]) }
      type Mutation { book(title: String!): Trip @requiresScopes(scopes: [["write"]]) order(title: String!): Trip! @requiresScopes(scopes: [["order"]]) try(title: String!): Trip }
      type Trip @key(fields: "id") { id: ID! title: String notes: String @authenticated
        price: Int! @requiresScopes(scopes: [["prices", "read"], ["admin"]]) person: Person }
      type Person @key(fields: "id", resolvable: false) { id: ID! }`,
    resolvers: {
      Query: {
        open: () => 'yes',
        trips: () => trips,
        trip: () => trips[0],
        closed: () => trips,
        plans: () => trips,
      },
      Mutation: { book, order: book, try: book },
    },
  });
  people = await startSubgraph('people', {
    sdl: `type Query { me: Person } type Person @key(fields: "id") @requiresScopes(scopes: [["people"]]) { id: ID! name: String }`,
    resolvers: {
      Person: { __resolveReference: () => ({ id: 'p', name: 'Ann' }) },
      Query: { me: () => ({ id: 'p', name: 'Ann' }) },
    },
  });
  closing.add(travel.stop);
  closing.add(people.stop);
  gateway = await startTestGateway({
    subgraphs: [travel, people],
    identity: headerIdentity,
    settings: { server: { batch: { max: 5 } } },
  });
  closing.add(() => gateway.stop());
});
afterAll(() => closing.dispose());
beforeEach(() => {
  travel.received.length = 0;
  people.received.length = 0;
  booked.length = 0;
});

const nobody = {};
const anybody = sessionHeader({ subject: 'ann' });
const holding = (...scopes: string[]) => sessionHeader({ subject: 'ann', scopes } satisfies SaidSession);

async function ask(
  query: string,
  headers: Record<string, string>,
  more: { variables?: object; operationName?: string } = {},
) {
  const { status, body } = await gateway.query(query, { headers, ...more });
  const errors = body.errors?.map(({ message, path, extensions }) => {
    expect({ message, extensions }).toEqual({
      message: 'This session may not see this field.',
      extensions: { code: 'UNAUTHORIZED_FIELD_OR_TYPE' },
    });
    return path?.join('/');
  });
  expect(status).toBe(200);
  return errors ? { data: body.data, withheld: errors } : { data: body.data };
}

const asked = () => [...travel.received, ...people.received].map(({ body }) => body.query);

describe('what a session may not see', () => {
  test('is null with an error, and its subgraph is not asked for it', async () => {
    expect(await ask('{ trips { title notes } open }', nobody)).toEqual({
      data: {
        trips: [
          { title: 'Alps', notes: null },
          { title: 'Sea', notes: null },
        ],
        open: 'yes',
      },
      withheld: ['trips/0/notes', 'trips/1/notes'],
    });
    expect(asked()).toHaveLength(1);
    expect(asked()[0]).not.toContain('notes');
    expect(await ask('{ trips { title notes } open }', anybody)).toEqual({
      data: {
        trips: [
          { title: 'Alps', notes: 'skis' },
          { title: 'Sea', notes: 'boat' },
        ],
        open: 'yes',
      },
    });
  });

  test('costs no call when nothing else is left', async () => {
    expect(await ask('{ plans { id } me { name } }', anybody)).toEqual({
      data: { plans: null, me: null },
      withheld: ['plans', 'me'],
    });
    expect(asked()).toEqual([]);
  });

  test('makes null what is around it where it may not be null itself', async () => {
    expect(await ask('{ open trips { id price } trip { id } }', holding('prices'))).toEqual({
      data: { open: 'yes', trips: null, trip: { id: '1' } },
      withheld: ['trips/0/price', 'trips/1/price'],
    });
    expect(asked().join()).not.toContain('price');
    expect(await ask('{ open trip { price } }', holding('read'))).toEqual({
      data: null,
      withheld: ['trip/price'],
    });
    expect(await ask('{ trip { price } }', holding('read', 'prices'))).toEqual({
      data: { trip: { price: 3 } },
    });
    expect(await ask('{ trip { price } }', holding('admin'))).toEqual({ data: { trip: { price: 3 } } });
  });

  test('makes all null where it is a root field that may not be null, and then no subgraph is asked anything', async () => {
    expect(await ask('{ open trips { id } closed { id } }', nobody)).toEqual({
      data: null,
      withheld: ['closed'],
    });
    expect(asked()).toEqual([]);
  });

  test('stays away under aliases, in fragments and in fragments of fragments, whatever the operation is called', async () => {
    const query = `query Harmless { a: trips { n: notes ...F } } fragment F on Trip { title ...G } # notes
      fragment G on Trip { ... on Trip { ... @include(if: true) { notes , m:notes } } }`;
    const nulls = { n: null, notes: null, m: null };
    expect((await ask(query, nobody)).data).toEqual({
      a: [
        { title: 'Alps', ...nulls },
        { title: 'Sea', ...nulls },
      ],
    });
    expect(asked().join()).not.toContain('notes');
  });

  test('is told nowhere that was not asked: skipped fields, lists without items, objects that are not there', async () => {
    const query =
      'query ($yes: Boolean!) { trips { id notes @skip(if: $yes) person @include(if: $yes) { name } } plans @skip(if: $yes) { id } }';
    expect(await ask(query, nobody, { variables: { yes: true } })).toEqual({
      data: {
        trips: [
          { id: '1', person: null },
          { id: '2', person: null },
        ],
      },
      withheld: ['trips/0/person', 'trips/1/person'],
    });
    expect(await ask(query, nobody, { variables: { yes: false } })).toEqual({
      data: {
        trips: [
          { id: '1', notes: null },
          { id: '2', notes: null },
        ],
        plans: null,
      },
      withheld: ['trips/0/notes', 'trips/1/notes', 'plans'],
    });
  });

  test('takes the variables along that only it used', async () => {
    const query = 'query ($first: Int!, $id: ID) { plans(first: $first) { id } trip(id: $id) { id } }';
    expect(await ask(query, nobody, { variables: { first: 1, id: '1' } })).toEqual({
      data: { plans: null, trip: { id: '1' } },
      withheld: ['plans'],
    });
    expect(asked().join()).not.toContain('first');
  });

  test('is an entity with its key and all its fields, wherever it is met', async () => {
    expect(await ask('{ trips { person { __typename id } } }', anybody)).toEqual({
      data: { trips: [{ person: null }, { person: null }] },
      withheld: ['trips/0/person', 'trips/1/person'],
    });
    expect((await ask('{ trips { person { name } } }', holding('people'))).data).toEqual({
      trips: [{ person: { name: 'Ann' } }, { person: null }],
    });
  });

  test('changes nothing about introspection', async () => {
    const { data } = await ask(
      '{ __schema { queryType { name } } __type(name: "Person") { fields { name } } plans { id } __typename }',
      nobody,
    );
    expect(data).toEqual({
      __schema: { queryType: { name: 'Query' } },
      __type: { fields: [{ name: 'id' }, { name: 'name' }] },
      plans: null,
      __typename: 'Query',
    });
  });
});

describe('a mutation', () => {
  const mutation =
    'mutation { a: try(title: "one") { id } book(title: "two") { id } b: try(title: "three") { id } }';

  test('that is denied is not executed, those beside it are', async () => {
    expect(await ask(mutation, anybody)).toEqual({
      data: { a: { id: '1' }, book: null, b: { id: '1' } },
      withheld: ['book'],
    });
    expect(booked).toEqual(['one', 'three']);
    travel.received.length = 0;
    expect(await ask('mutation { book(title: "x") { id } }', nobody)).toEqual({
      data: { book: null },
      withheld: ['book'],
    });
    expect(asked()).toEqual([]);
    expect((await ask(mutation, holding('write'))).data).toEqual({
      a: { id: '1' },
      book: { id: '1' },
      b: { id: '1' },
    });
  });

  test('whose data is null because of what is denied does nothing', async () => {
    const all =
      'mutation { try(title: "one") { id } ...Orders } fragment Orders on Mutation { ... { order(title: "two") { id } } }';
    expect(await ask(all, holding('write'))).toEqual({ data: null, withheld: ['order'] });
    expect(booked).toEqual([]);
    expect((await ask(all, holding('order'))).data).toEqual({ try: { id: '1' }, order: { id: '1' } });
    expect(booked).toEqual(['one', 'two']);
  });

  test('is executed when what is denied is in its result', async () => {
    expect(await ask('mutation { try(title: "one") { id notes } }', nobody)).toEqual({
      data: { try: { id: '1', notes: null } },
      withheld: ['try/notes'],
    });
    expect(booked).toEqual(['one']);
  });
});

describe('every way to ask is judged alike', () => {
  const query = '{ plans { id } open }';
  const withheld = {
    data: { plans: null, open: 'yes' },
    errors: [expect.objectContaining({ path: ['plans'] })],
  };
  const given = { data: { plans: [{ id: '1' }, { id: '2' }], open: 'yes' } };

  async function send(more: string, init: RequestInit): Promise<unknown> {
    const headers = { 'content-type': 'application/json', 'apollo-require-preflight': '1', ...init.headers };
    return await (await fetch(gateway.endpoint + more, { ...init, headers })).json();
  }

  test('GET', async () => {
    const search = `?query=${encodeURIComponent(query)}`;
    expect(await send(search, { headers: nobody })).toEqual(withheld);
    expect(await send(search, { headers: holding('plans') })).toEqual(given);
  });

  test('persisted queries: whoever registered it', async () => {
    const extensions = { persistedQuery: { version: 1, sha256Hash: sha256(query) } };
    const post = (body: object, headers: Record<string, string>) =>
      send('', { method: 'POST', body: JSON.stringify(body), headers });
    expect(await post({ query, extensions }, holding('plans'))).toEqual(given);
    expect(await post({ extensions }, nobody)).toEqual(withheld);
    expect(await post({ extensions }, holding('plans'))).toEqual(given);
  });

  test('batches: each item by the session, one that is withheld nothing beside others', async () => {
    const body = JSON.stringify([{ query }, { query: '{ open }' }, { query }]);
    expect(await send('', { method: 'POST', body, headers: nobody })).toEqual([
      withheld,
      { data: { open: 'yes' } },
      withheld,
    ]);
  });

  test('several operations in a document: only the one that runs counts', async () => {
    const both = 'query A { open } query B { plans { id } ...Z } fragment Z on Query { me { name } }';
    expect(await ask(both, nobody, { operationName: 'A' })).toEqual({ data: { open: 'yes' } });
    expect(await ask(both, nobody, { operationName: 'B' })).toEqual({
      data: { plans: null, me: null },
      withheld: ['plans', 'me'],
    });
  });
});

test('the log line of a request tells that something was withheld, and of which operation', async () => {
  await ask('query Named { plans { id } }', nobody);
  const line = gateway.logged().findLast(({ operation }) => JSON.stringify(operation)?.includes('Named'));
  expect(JSON.stringify(line)).toContain('UNAUTHORIZED_FIELD_OR_TYPE');
});
