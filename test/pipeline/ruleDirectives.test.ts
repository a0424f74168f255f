import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { systemClock } from '../../src/base/clock.ts';
import { systemRandom } from '../../src/base/random.ts';
import { createEngine, executionOptions } from '../../src/execution/execution.ts';
import { createPlanning, planningOptions } from '../../src/planning/planning.ts';
import * as request from '../../src/request/request.ts';
import { askAdmin } from '../support/adminClient.ts';
import { headerIdentity, sessionHeader } from '../support/headerIdentity.ts';
import { lendThread } from '../support/lendThread.ts';
import { plainAuthorization } from '../support/plainAuthorization.ts';
import { silentLog } from '../support/silentLog.ts';
import { startSubgraph, type TestSubgraph } from '../support/startSubgraph.ts';
import { startTestGateway } from '../support/startTestGateway.ts';

const link = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.12", import: ["@composeDirective", "@cost", "@listSize",
    {name: "@authenticated", as: "@known"}, "@requiresScopes", "@policy", "@cacheTag"])
  @link(url: "https://example.org/limits/v1.0", import: ["@rateLimit"]) @composeDirective(name: "@rateLimit")
  directive @rateLimit(max: Int, window: String) on FIELD_DEFINITION\n`;
const rules = `@known @requiresScopes(scopes: [["read"]]) @policy(policies: [["paid"]]) @cost(weight: 5) @listSize(assumedSize: 10)
  @cacheTag(format: "trips") @rateLimit(max: 5, window: "wrong")`;

/** A supergraph in which every directive stands that only other parts enforce. */
describe('directives that the engines do not know', () => {
  let trips: TestSubgraph;
  let supergraphSdl = '';
  let policies = '';

  beforeAll(async () => {
    policies = join(await mkdtemp(join(tmpdir(), 'sluice-policies-')), 'policies.ts');
    await writeFile(policies, 'export const paid = () => true;');
    trips = await startSubgraph('trips', {
      sdl: 'type Query { trips: [String!]! }',
      resolvers: { Query: { trips: () => ['there', 'back'] } },
    });
  });
  afterAll(async () => {
    await trips.stop();
    await rm(dirname(policies), { recursive: true, force: true });
  });

  const headers = sessionHeader({ scopes: ['read'] });

  const published = () => ({ ...trips, sdl: `${link} type Query { trips: [String!]! ${rules} }` });

  test.each(['compiled', 'reference'] as const)(
    'do not stop a gateway with the %s engine, neither published nor as a composed supergraph; one that makes no sense is told',
    async (engine) => {
      const settings = { execution: { engine }, authorization: { policies } };
      const identity = headerIdentity;
      const gateway = await startTestGateway({ subgraphs: [published()], settings, identity });
      const trips = { data: { trips: ['there', 'back'] } };
      expect((await gateway.query('{ trips }', { headers })).body).toEqual(trips);
      expect((await gateway.query('{ trips }')).body.data).toBeNull();
      const types = await gateway.query('{ __schema { types { name } } }');
      expect(JSON.stringify(types.body)).not.toMatch(/__(Scope|Policy)|join__/);
      const { supergraph } = await askAdmin<{ supergraph: { sdl: string } }>(
        gateway,
        '{ supergraph { sdl } }',
      );
      supergraphSdl = supergraph.sdl;
      const file = join(gateway.folder, 'composed.graphql');
      await writeFile(file, supergraphSdl);
      const served = await startTestGateway({ supergraph: file, settings, identity });
      expect((await served.query('{ trips }', { headers })).body).toEqual(trips);
      expect((await served.query('{ trips }')).body.data).toBeNull();
      for (const { logged } of [gateway, served])
        expect(logged()).toContainEqual(
          expect.objectContaining({
            level: 'warn',
            msg: '@rateLimit of Query.trips is left out: window: expected a duration such as 10s',
          }),
        );
      await served.stop();
      await gateway.stop();
    },
  );

  test('are in the generation, for the parts that enforce them', async () => {
    const log = silentLog;
    const planning = createPlanning(planningOptions.parse({}), { startThread: lendThread });
    const supergraph = { version: null, hash: 'h', sdl: supergraphSdl, subgraphs: [] };
    const generations = request.createGenerations({ onDisposeFailed: () => undefined });
    const follower = request.followSupergraph({
      source: { current: () => supergraph, onChange: () => () => undefined },
      generations,
      documents: {
        prepare: async () => ({ document: null, refusal: request.refusalOf(new Error()), wouldRefuse: [] }),
      },
      clock: systemClock,
      log,
      maxDocuments: 1,
      busiest: { best: () => [] },
      authorization: await plainAuthorization(),
      buildEngine: (next) =>
        createEngine(executionOptions.parse({}), {
          supergraph: next,
          call: async () => ({ data: null, errors: null, extensions: null }),
          identityOf: () => null,
          planning,
          random: systemRandom,
          clock: systemClock,
          log,
        }),
      onSwapped: () => undefined,
    });
    await follower.started;
    const generation = generations.current();
    expect(generation?.rules.authorization.get('Query.trips')).toEqual({
      authenticated: true,
      scopes: [[['read']]],
      policies: [[['paid']]],
    });
    expect(generation?.rules.weights.get('Query.trips')).toBe(5);
    expect(generation?.rules.cacheTags.get('trips')?.get('Query.trips')).toEqual(['trips']);
    follower.stop();
    await generations.close();
    await planning.close();
  });
});
