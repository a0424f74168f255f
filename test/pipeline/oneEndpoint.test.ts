import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { startSubgraph, type TestSubgraph } from '../support/startSubgraph.ts';
import { startTestGateway, type TestGateway } from '../support/startTestGateway.ts';

describe('one endpoint over two subgraphs', () => {
  let people: TestSubgraph;
  let pets: TestSubgraph;
  let gateway: TestGateway;

  beforeAll(async () => {
    people = await startSubgraph('people', {
      sdl: `type Query { person(id: ID!): Person }
            type Mutation { rename(id: ID!, name: String!): Person }
            type Person @key(fields: "id") { id: ID! name: String! }`,
      resolvers: {
        Query: { person: (_: unknown, { id }: { id: string }) => ({ id, name: `Person ${id}` }) },
        Mutation: { rename: (_: unknown, { id, name }: { id: string; name: string }) => ({ id, name }) },
        Person: { __resolveReference: ({ id }: { id: string }) => ({ id, name: `Person ${id}` }) },
      },
    });
    pets = await startSubgraph('pets', {
      sdl: `type Person @key(fields: "id") { id: ID! pets: [Pet!] }
            type Pet { name: String! owner: Person! }`,
      resolvers: {
        Person: {
          pets: ({ id }: { id: string }) => [{ name: `Rex ${id}`, owner: { __typename: 'Person', id } }],
        },
      },
    });
    gateway = await startTestGateway({ subgraphs: [people, pets] });
  });
  afterAll(async () => {
    await gateway.stop();
    await people.stop();
    await pets.stop();
  });

  test('joins the subgraphs in both directions', async () => {
    const { status, body } = await gateway.query('{ person(id: 1) { name pets { name owner { name } } } }');
    expect(status).toBe(200);
    expect(body).toEqual({
      data: { person: { name: 'Person 1', pets: [{ name: 'Rex 1', owner: { name: 'Person 1' } }] } },
    });
  });

  test('runs a mutation once', async () => {
    people.received.length = 0;
    const { body } = await gateway.query('mutation { rename(id: 1, name: "Ann") { name pets { name } } }');
    expect(body).toEqual({ data: { rename: { name: 'Ann', pets: [{ name: 'Rex 1' }] } } });
    expect(people.received.filter(({ body }) => body.query.startsWith('mutation'))).toHaveLength(1);
  });

  test('answers introspection itself', async () => {
    const { body } = await gateway.query('{ __type(name: "Pet") { fields { name } } }');
    expect(body).toEqual({ data: { __type: { fields: [{ name: 'name' }, { name: 'owner' }] } } });
  });

  test('writes one access line for a request, with its operation and the time each step took', async () => {
    const { headers } = await gateway.query('query Ask { person(id: 1) { name } }', {
      headers: { 'apollographql-client-name': 'web', 'apollographql-client-version': '7' },
    });
    const requestId = headers.get('x-request-id');
    const lines = gateway.logged().filter((line) => line.requestId === requestId);
    expect(lines).toEqual([
      expect.objectContaining({
        msg: 'request',
        status: 200,
        operation: 'Ask',
        kind: 'query',
        client: 'web',
        clientVersion: '7',
        bytes: expect.any(Number),
        ms: expect.any(Number),
        steps: {
          admit: expect.any(Number),
          identify: expect.any(Number),
          prepare: expect.any(Number),
          answer: expect.any(Number),
        },
      }),
    ]);
  });

  test('nulls the fields of a subgraph that fails, names it, and leaks neither its URL nor its body', async () => {
    pets.intercept((response) =>
      response.writeHead(500, { 'content-type': 'text/html' }).end('secret stack'),
    );
    const { status, body } = await gateway.query('{ person(id: 1) { name pets { name } } }');
    pets.intercept(null);
    expect(status).toBe(200);
    expect(body.data).toEqual({ person: { name: 'Person 1', pets: null } });
    expect(body.errors).toEqual([
      {
        message: 'Subgraph "pets" answered something that is not a GraphQL result.',
        path: ['person'],
        extensions: { code: 'SUBGRAPH_MALFORMED_RESPONSE', subgraph: 'pets' },
      },
    ]);
    expect(JSON.stringify(body) + gateway.logText()).not.toMatch(/secret stack|127\.0\.0\.1:\d+\/graphql/);
  });
});
