import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { startSluice } from '../support/sluiceProcess.ts';
import { startSubgraph, type TestSubgraph } from '../support/startSubgraph.ts';
import { startTestGateway, type TestGateway } from '../support/startTestGateway.ts';

describe('sluice subgraphs impact', () => {
  let people: TestSubgraph;
  let pets: TestSubgraph;
  let gateway: TestGateway;
  const asked: Record<string, string> = {
    Alone: '{ person { name } }',
    Nullable: '{ person { name pet } }',
    ItsParent: '{ person { name rank } }',
    InList: '{ people { name rank } }',
    Whole: '{ sure { rank } }',
    Through: '{ person { pet nick } }',
    Root: '{ count person { name } }',
    Aliased: '{ someone: person { ...Rest } }',
  };

  beforeAll(async () => {
    const person = { id: '1', name: 'Ann' };
    people = await startSubgraph('people', {
      sdl: `type Query { person: Person people: [Person]! sure: Person! }
        type Person @key(fields: "id") { id: ID! name: String pet: String @external nick: String @requires(fields: "pet") }`,
      resolvers: {
        Query: { person: () => person, people: () => [person], sure: () => person },
        Person: { __resolveReference: () => person, nick: ({ pet }: { pet: string }) => pet },
      },
    });
    pets = await startSubgraph('pets', {
      sdl: 'type Query { count: Int } type Person @key(fields: "id") { id: ID! pet: String rank: Int! }',
      resolvers: {
        Query: { count: () => 1 },
        Person: { __resolveReference: () => ({ pet: 'Rex', rank: 1 }) },
      },
    });
    gateway = await startTestGateway({ subgraphs: [people, pets] });
  });
  afterAll(async () => {
    await gateway.stop();
    await people.stop();
    await pets.stop();
  });

  const document = (name: string, text: string) =>
    `query ${name} ${text}${text.includes('...Rest') ? ' fragment Rest on Person { name toy: pet }' : ''}`;
  const impact = async (name: string) => {
    const args = ['subgraphs', 'impact', name, '--json', '--admin', gateway.adminUrl];
    const { status, stdout, stderr } = await startSluice(args).ended;
    expect([status, stderr]).toEqual([0, '']);
    const { operations } = JSON.parse(stdout) as {
      operations: { name: string; ending: string; nulls: string[] }[];
    };
    return Object.fromEntries(operations.map(({ name: each, ending, nulls }) => [each, [ending, ...nulls]]));
  };

  test('tells which operations survive, and what is null in them: as it is when the subgraph is gone', async () => {
    const shapes = async () => {
      const entries = Object.entries(asked).map(async ([name, text]) => {
        const { body } = await gateway.query(document(name, text), { operationName: name });
        return [name, body.data] as const;
      });
      return Object.fromEntries(await Promise.all(entries));
    };
    await shapes();
    expect(await impact('pets')).toEqual({
      Alone: ['UNAFFECTED'],
      Nullable: ['PARTIAL', 'person.pet'],
      ItsParent: ['PARTIAL', 'person'],
      InList: ['PARTIAL', 'people'],
      Whole: ['LOST', ''],
      Through: ['PARTIAL', 'person.nick', 'person.pet'],
      Root: ['PARTIAL', 'count'],
      Aliased: ['PARTIAL', 'someone.toy'],
    });
    await pets.stop();
    expect(await shapes()).toEqual({
      Alone: { person: { name: 'Ann' } },
      Nullable: { person: { name: 'Ann', pet: null } },
      ItsParent: { person: null },
      InList: { people: [null] },
      Whole: null,
      Through: { person: { pet: null, nick: null } },
      Root: { count: null, person: { name: 'Ann' } },
      Aliased: { someone: { name: 'Ann', toy: null } },
    });
  });
});
