import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { askAdmin } from '../support/adminClient.ts';
import { startSubgraph, type TestSubgraph } from '../support/startSubgraph.ts';
import { startTestGateway, type TestGateway } from '../support/startTestGateway.ts';
import { asked } from './cacheWorld.ts';
import { directiveSdl } from './directiveSdl.ts';

let trips: TestSubgraph;
let gateway: TestGateway;
const purge = (what: Record<string, unknown>) =>
  askAdmin(
    gateway,
    'mutation ($subgraph: String, $type: String, $tag: String) { purgeCache(subgraph: $subgraph, type: $type, tag: $tag) { done } }',
    what,
  );

beforeAll(async () => {
  trips = await startSubgraph('trips', {
    hasCacheTags: true,
    sdl: `${directiveSdl}
      type Query {
        trip(id: ID!): Trip @cacheControl(maxAge: 60) @cacheTag(format: "trip-{$args.id}") @cacheTag(format: "trips")
        stops(of: ID!): [Stop!] @cacheControl(maxAge: 60) @cacheTag(format: "stops of {$args.of}")
        weather: String @cacheControl(maxAge: 60)
      }
      type Mutation { updateTrip(id: ID!): Trip  moveStops(input: MoveInput!): Trip  failing(id: ID!): Trip }
      input MoveInput { of: ID! }
      type Trip @key(fields: "id") @cacheControl(maxAge: 60) { id: ID! name: String }
      type Stop @key(fields: "id") @cacheControl(maxAge: 60) @cacheTag(format: "stop-{$key.id}") { id: ID! name: String }`,
    resolvers: {
      Query: {
        trip: (_: unknown, { id }: { id: string }) => ({ id, name: `trip ${id}` }),
        stops: (_: unknown, { of }: { of: string }) => [{ id: of, name: `stop of ${of}` }],
        weather: () => 'fine',
      },
      Mutation: {
        updateTrip: (_: unknown, { id }: { id: string }) => ({ id }),
        moveStops: () => ({ id: '1' }),
        failing: () => {
          throw new Error('half way');
        },
      },
    },
  });
  gateway = await startTestGateway({
    subgraphs: [trips],
    settings: {
      cache: {
        audit: 0,
        invalidateOn: {
          updateTrip: [{ tag: 'trip-{$args.id}' }],
          moveStops: [{ tag: 'stops of {$args.input.of}' }],
          failing: [{ subgraph: 'trips', type: 'Trip' }],
        },
      },
    },
  });
});
beforeEach(() => purge({ subgraph: 'trips' }));
afterAll(async () => {
  await gateway.stop();
  await trips.stop();
});

const queries = {
  'trip 1': '{ trip(id: "1") { name } }',
  'trip 2': '{ trip(id: "2") { name } }',
  'stops of 1': '{ stops(of: "1") { name } }',
  weather: '{ weather }',
};

/** Which of the queries are asked of the subgraph after this. */
async function lost(run: () => Promise<unknown>): Promise<readonly string[]> {
  for (const query of Object.values(queries)) await gateway.query(query);
  await run();
  const names: string[] = [];
  for (const [name, query] of Object.entries(queries))
    if ((await asked(trips, () => gateway.query(query))) > 0) names.push(name);
  return names;
}

describe('@cacheTag', () => {
  test.each([
    ['of one argument', 'trip-1', ['trip 1']],
    ['without one', 'trips', ['trip 1', 'trip 2']],
    ['of another field', 'stops of 1', ['stops of 1']],
    ['that nothing has', 'trip-', []],
    ['of a key, in what was not asked for by it', 'stop-1', []],
  ])('%s', async (_what, tag, names) => {
    expect(await lost(() => purge({ tag }))).toEqual(names);
  });
  test('of another subgraph', async () => {
    expect(await lost(() => purge({ tag: 'trips', subgraph: 'others' }))).toEqual([]);
  });
});

describe('invalidateOn: a mutation throws away', () => {
  const mutate = (query: string, variables = {}) => gateway.query(query, { variables });
  test.each([
    ['by a variable', 'mutation ($id: ID!) { updateTrip(id: $id) { id } }', { id: '2' }, ['trip 2']],
    ['by what is written', 'mutation { updateTrip(id: "1") { id } }', {}, ['trip 1']],
    ['under another name', 'mutation { it: updateTrip(id: "1") { id } }', {}, ['trip 1']],
    [
      'by a member of an input',
      'mutation ($input: MoveInput!) { moveStops(input: $input) { id } }',
      { input: { of: '1' } },
      ['stops of 1'],
    ],
    ['also when it failed', 'mutation { failing(id: "1") { id } }', {}, ['trip 1', 'trip 2']],
  ])('%s', async (_what, query, variables, names) => {
    expect(await lost(() => mutate(query, variables))).toEqual(names);
  });
  test('a query of the same name is no mutation', async () => {
    expect(await lost(() => gateway.query('query updateTrip { weather }'))).toEqual([]);
  });
});
