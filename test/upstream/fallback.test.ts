import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { eventually } from '../support/adminClient.ts';
import { startSubgraph, type TestSubgraph } from '../support/startSubgraph.ts';
import { startTestGateway, type TestGateway } from '../support/startTestGateway.ts';

describe.each([['compiled'], ['reference']])(
  'what stands in for a subgraph that cannot be asked (%s)',
  (engine) => {
    let people: TestSubgraph;
    let pets: TestSubgraph;
    const gateways: TestGateway[] = [];

    beforeAll(async () => {
      people = await startSubgraph('people', {
        sdl: 'type Query { person: Person } type Mutation { rename: Person } type Person @key(fields: "id") { id: ID! name: String }',
        resolvers: {
          Query: { person: () => ({ id: '1', name: 'Ann' }) },
          Mutation: { rename: () => ({ id: '1', name: 'Bea' }) },
        },
      });
      pets = await startSubgraph('pets', {
        sdl: 'type Query { count: Int! tags: [String] } type Person @key(fields: "id") { id: ID! pet: String toys: [Toy!]! rank: Int! } type Toy { name: String }',
        resolvers: {},
      });
      pets.intercept((response) => response.destroy());
    });
    afterAll(async () => {
      for (const gateway of gateways) await gateway.stop();
      await people.stop();
      await pets.stop();
    });

    const startGateway = async (fallback: readonly object[]) => {
      const upstream = { retry: { max: 0 }, breaker: { mode: 'off' }, fallback };
      const settings = { upstream, execution: { engine } };
      const gateway = await startTestGateway({ subgraphs: [people, pets], settings });
      gateways.push(gateway);
      return gateway;
    };
    const start = async (fallback: readonly object[]) => {
      const gateway = await startGateway(fallback);
      return async (query: string) => (await gateway.query(query)).body;
    };

    test('is null without an error for a subgraph, and the answer says so', async () => {
      const ask = await start([{ subgraph: 'pets' }]);
      expect(await ask('{ person { name animal: pet } tags }')).toEqual({
        data: { person: { name: 'Ann', animal: null }, tags: null },
        extensions: {
          degraded: expect.arrayContaining([
            { subgraph: 'pets', code: 'SUBGRAPH_UNREACHABLE', fields: ['Person.pet'] },
            { subgraph: 'pets', code: 'SUBGRAPH_UNREACHABLE', fields: ['Query.tags'] },
          ]),
        },
      });
    });

    test('is the default of a field, under the name that was asked', async () => {
      const ask = await start([
        { field: 'Person.pet', value: 'unknown' },
        { field: 'Person.toys', value: [] },
        { field: 'Query.count', value: 0 },
      ]);
      const { data } = await ask('{ person { name animal: pet toys { name } } count }');
      expect(data).toEqual({ person: { name: 'Ann', animal: 'unknown', toys: [] }, count: 0 });
    });

    test('is nothing where one field of a fetch has no default: the error stays', async () => {
      const ask = await start([{ field: 'Person.pet', value: 'unknown' }]);
      const { data, errors } = await ask('{ person { name pet rank } }');
      expect(data).toEqual({ person: null });
      expect(errors).toHaveLength(1);
    });

    test('is counted as such', async () => {
      const gateway = await startGateway([{ subgraph: 'pets' }]);
      await gateway.query('{ person { name pet } tags }');
      const metrics = await eventually(async () => {
        const text = await (await fetch(`${gateway.adminUrl}/metrics`)).text();
        return /^sluice_replaced_calls_total\{subgraph_name="pets"\} 2$/m.test(text) ? text : null;
      });
      expect(metrics).toContain('sluice_replaced_calls_total{subgraph_name="people"} 0');
    });

    test('never stands in for anything in a mutation', async () => {
      const ask = await start([{ subgraph: 'pets' }]);
      const body = await ask('mutation { rename { name pet } }');
      expect(body.data).toEqual({ rename: { name: 'Bea', pet: null } });
      expect(body.errors).toHaveLength(1);
      expect(body).not.toHaveProperty('extensions');
    });
  },
);
