import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { askAdmin } from '../support/adminClient.ts';
import { startSubgraph, type TestSubgraph } from '../support/startSubgraph.ts';
import { startTestGateway, type TestGateway } from '../support/startTestGateway.ts';

const link = 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@listSize"])';
const sdl = `
  type Query { users(first: Int!): [User]  broken: User }
  type Mutation { rename(name: String): User }
  type User { id: ID name: String }`;
const sized = sdl.replace('[User]', '[User] @listSize(slicingArguments: ["first"])');
const ann = { id: '1', name: 'Ann' };
const resolvers = {
  Query: {
    users: () => [ann, ann],
    broken: () => {
      throw new Error('broken');
    },
  },
  Mutation: { rename: () => ann },
};

let users: TestSubgraph;
let gateway: TestGateway;
beforeAll(async () => {
  users = await startSubgraph('users', { sdl, resolvers });
  gateway = await startTestGateway({
    subgraphs: [{ ...users, sdl: `${link}\n${sized}` }],
    settings: { limits: { operation: { cost: 50 } }, server: { batch: { max: 5 } } },
  });
});
afterAll(async () => {
  await gateway.stop();
  await users.stop();
});

async function costOf(name: string) {
  const { usage } = await askAdmin<{ usage: { operation: { now: object } } }>(
    gateway,
    `{ usage(lastSeconds: 3600) { operation(id: "${name}") { now { costEstimated costMeasured } } } }`,
  );
  return usage.operation.now;
}

function lineOf(name: string): Record<string, unknown> | undefined {
  return gateway.logged().find(({ operation }) => operation === name);
}

describe('what an operation costs is in its usage and its line in the log', () => {
  test('as it was estimated, and as it was by its result', async () => {
    await gateway.query('query Users { users(first: 10) { name } }');
    expect(await costOf('Users')).toEqual({ costEstimated: 10, costMeasured: 2 });
    expect(lineOf('Users')).toMatchObject({ cost: { estimated: 10, measured: 2 } });
    await gateway.query('mutation Rename { rename(name: "Ann") { id } }');
    expect(await costOf('Rename')).toEqual({ costEstimated: 11, costMeasured: 11 });
  });

  test('of one that is refused it is what it would have cost', async () => {
    await gateway.query('query Dear { users(first: 100) { name } }');
    expect(await costOf('Dear')).toEqual({ costEstimated: 100, costMeasured: 0 });
    expect(lineOf('Dear')).toMatchObject({ cost: { estimated: 100, measured: null } });
  });

  test('of one that came to nothing it is nothing', async () => {
    await gateway.query('query Broken { broken { name } }');
    expect(await costOf('Broken')).toEqual({ costEstimated: 1, costMeasured: 0 });
  });

  test('each item of a batch has its own, and their line what they cost together', async () => {
    await fetch(gateway.endpoint, {
      method: 'POST',
      body: JSON.stringify([
        { query: 'query First { users(first: 3) { name } }' },
        { query: 'query Second { users(first: 5) { name } }' },
      ]),
      headers: { 'content-type': 'application/json' },
    });
    expect(await costOf('First')).toEqual({ costEstimated: 3, costMeasured: 2 });
    expect(await costOf('Second')).toEqual({ costEstimated: 5, costMeasured: 2 });
    expect(lineOf('First')).toMatchObject({ batch: 2, cost: { estimated: 8, measured: 4 } });
  });
});
