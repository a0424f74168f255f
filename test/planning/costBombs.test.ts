import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { startSubgraph, type TestSubgraph } from '../support/startSubgraph.ts';
import { startTestGateway, type TestGateway } from '../support/startTestGateway.ts';
import { bomb, link, nested, sevenSubgraphs } from './planningFixture.ts';

/** What a document may cost, asked of a gateway as clients ask. */
describe('cost bombs', () => {
  let countries: TestSubgraph;
  let gateway: TestGateway;
  beforeAll(async () => {
    countries = await startSubgraph('countries', {
      sdl: `type Query { country(code: ID!): Country }
        type Country { name: String neighbour: Country cities: [City] } type City { name: String }`,
      resolvers: { Query: { country: () => ({ name: 'Switzerland' }) } },
    });
    const wide = sevenSubgraphs((field, subgraph) => (field + subgraph) % 7 < 3);
    gateway = await startTestGateway({
      subgraphs: [
        countries,
        ...Object.entries(wide).map(([name, sdl]) => ({ name, url: 'http://127.0.0.1:9/', sdl: link + sdl })),
      ],
      settings: { planning: { timeout: '500ms', workers: 1 } },
      // A planner that has planned for others is fast enough to find a plan in time now and then.
      ownThreads: true,
    });
  });
  afterAll(async () => {
    await gateway.stop();
    await countries.stop();
  });

  const headers = { accept: 'application/graphql-response+json' };
  let controls = 0;
  const control = async () => {
    controls += 1;
    const { status, body } = await gateway.query(`{ country(code: "${controls}") { name } }`);
    expect([status, body]).toEqual([200, { data: { country: { name: 'Switzerland' } } }]);
  };
  const refusedWith = async (query: string) => {
    const [{ status, body }] = await Promise.all([gateway.query(query, { headers }), control()]);
    const [error, ...others] = body.errors ?? [];
    expect(others).toEqual([]);
    expect(body).not.toHaveProperty('data');
    return { status, code: error?.extensions.code, message: error?.message };
  };

  test('C1 fragments that spread the next one twice, 30 levels deep, are refused', async () => {
    const refusal = await refusedWith(bomb(30));
    expect(refusal).toMatchObject({ status: 400, code: 'RECURSION_LIMIT_EXCEEDED' });
  });

  test('C2 an entity with too many ways is given up in time, others are planned, and it is remembered', async () => {
    const overrun = { status: 503, code: 'QUERY_PLANNING_TIMEOUT' };
    const asked = `{ root ${nested(3, 'id')} }`;
    expect(await refusedWith(asked)).toMatchObject({
      ...overrun,
      message: expect.stringContaining('500 ms'),
    });
    expect(await refusedWith(asked)).toMatchObject({
      ...overrun,
      message: expect.stringContaining('a moment ago'),
    });
    await control();
  });

  test.each([
    ['200 inline fragments of 70 fields', `{ ${`... { ${'__typename '.repeat(70)} } `.repeat(200)} }`],
    ['3,000 copies of a field', `{ ${'__typename '.repeat(3_000)} }`],
  ])('C3 %s are refused', async (_what, document) => {
    const refusal = await refusedWith(document);
    expect(refusal).toMatchObject({ status: 400, code: 'GRAPHQL_VALIDATION_FAILED' });
    expect(refusal.message).toMatch(/more than 100 times/);
  });
});
