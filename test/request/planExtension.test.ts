import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { systemClock } from '../../src/base/clock.ts';
import { Disposer } from '../../src/base/disposer.ts';
import { systemRandom } from '../../src/base/random.ts';
import { createEngine, executionOptions } from '../../src/execution/execution.ts';
import { limitsOptions } from '../../src/limits/limits.ts';
import type { Session } from '../../src/model/session.ts';
import { createPlanning, planningOptions } from '../../src/planning/planning.ts';
import * as request from '../../src/request/request.ts';
import { createServer, serverOptions } from '../../src/server/server.ts';
import { createUpstream, upstreamOptions } from '../../src/upstream/upstream.ts';
import { lendThread } from '../support/lendThread.ts';
import { plainAuthorization } from '../support/plainAuthorization.ts';
import { silentLog } from '../support/silentLog.ts';
import { startComposing } from '../support/startComposing.ts';
import { startSubgraph } from '../support/startSubgraph.ts';

/** Who shows scopes in a header holds them: an identity provider for tests. */
const identity: request.PipelineParts['identity'] = {
  identify: async ({ headers }): Promise<Session> => ({
    identified: headers.scopes !== undefined,
    subject: null,
    issuer: null,
    consumer: null,
    plan: null,
    scopes: new Set(String(headers.scopes ?? '').split(' ')),
    claims: {},
    expiresAtMs: null,
  }),
};

const closing = new Disposer();
let endpoint = '';
const planned: string[] = [];
const plansOf = (field: string) => planned.filter((document) => document.includes(field)).length;

beforeAll(async () => {
  const clock = systemClock;
  const people = await startSubgraph('people', {
    sdl: 'type Query { person: Person } type Person @key(fields: "id") { id: ID! name: String pet: String }',
    resolvers: { Query: { person: () => ({ id: '1', name: 'Ann', pet: 'Tom' }) } },
  });
  const pets = await startSubgraph('pets', {
    sdl: 'type Person @key(fields: "id") { id: ID! pet: String @override(from: "people", label: "percent(50)") }',
    resolvers: { Person: { pet: () => 'Rex' } },
  });
  closing.add(people.stop);
  closing.add(pets.stop);
  const composing = await startComposing();
  closing.add(composing.close);
  const supergraph = await composing.published({ people, pets });
  const upstream = createUpstream(upstreamOptions.parse({}), { clock, random: systemRandom, log: silentLog });
  closing.add(upstream.close);
  const planning = createPlanning(planningOptions.parse({}), { startThread: lendThread });
  closing.add(planning.close);
  const counted: typeof planning.plan = (asked, signal) => {
    planned.push(asked.document);
    return planning.plan(asked, signal);
  };

  // Half of the requests, in turn.
  let drawn = 0;
  const random = () => {
    drawn += 1;
    return drawn % 2 === 0 ? 0.25 : 0.75;
  };
  const generations = request.createGenerations({ onDisposeFailed: () => undefined });
  closing.add(generations.close);
  const settings = request.requestOptions.parse({});
  const plugins = { walk: request.createPluginWalk([]) };
  const documents = request.createDocuments(
    { plugins, suggestions: false, introspection: 'on', limits: limitsOptions.parse({}).operation },
    { persistedQueries: request.createPersistedQueries(settings.persistedQueries) },
  );
  const follower = request.followSupergraph({
    source: { current: () => supergraph, onChange: () => () => undefined },
    generations,
    documents,
    busiest: { best: () => [] },
    authorization: await plainAuthorization(),
    clock,
    log: silentLog,
    maxDocuments: 10,
    buildEngine: (next) =>
      createEngine(executionOptions.parse({}), {
        supergraph: next,
        call: upstream.call,
        identityOf: upstream.identityOf,
        planning: { plan: counted },
        random,
        clock,
        log: silentLog,
      }),
    onSwapped: () => undefined,
  });
  await follower.started;
  closing.add(follower.stop);
  const pipeline = request.createPipeline({
    identity,
    generations,
    documents,
    plugins,
    busiest: { count: () => undefined },
    recorder: { record: () => undefined },
    clock,
    options: { maxBatch: 2, suggestions: false, debugScope: settings.debugScope },
  });
  const options = serverOptions.parse({
    port: 0,
    host: '127.0.0.1',
    drain: { grace: '1s' },
    batch: { max: 2 },
  });
  const parts = {
    pipeline,
    plugins: [],
    rest: null,
    clock,
    log: silentLog,
    notReady: () => null,
    development: false,
  };
  const server = createServer(options, parts);
  closing.add(server.close);
  endpoint = `http://127.0.0.1:${(await server.listen()).port}/graphql`;
});
afterAll(() => closing.dispose());

interface Answer {
  readonly data?: unknown;
  readonly errors?: unknown;
  readonly extensions?: { readonly plan?: string };
}

async function ask(body: object, headers: Record<string, string>): Promise<Answer> {
  const response = await fetch(endpoint, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
  return (await response.json()) as Answer;
}

const holder = { scopes: 'trips:read sluice:debug' };
const query = '{ person { name } }';
const answered = { data: { person: { name: 'Ann' } } };

describe('extensions.plan', () => {
  test('shows who holds the debug scope how an operation was answered, and nothing of where subgraphs are', async () => {
    const { data, extensions } = await ask({ query }, { ...holder, 'sluice-debug': 'plan' });
    expect(data).toEqual(answered.data);
    expect(extensions?.plan).toMatch(/^QueryPlan \{\n {2}Fetch\(service: "people"\) \{\n/);
    expect(extensions?.plan).toContain('name');
    expect(extensions?.plan).not.toMatch(/https?:|127\.0\.0\.1/);
  });

  test.each([
    ['who does not ask for it', holder],
    ['who asks for something else', { ...holder, 'sluice-debug': 'plans' }],
    ['who is anonymous', { 'sluice-debug': 'plan' }],
    ['who holds other scopes', { scopes: 'sluice:debugger sluice', 'sluice-debug': 'plan' }],
  ])('is not there for anybody %s', async (_who, headers) => {
    expect(await ask({ query }, headers as Record<string, string>)).toEqual(answered);
  });

  test('is one of several wishes, and stands in each result of a batch', async () => {
    const results = (await ask([{ query }, { query: '{ person { id } }' }], {
      ...holder,
      'sluice-debug': 'Plan, more',
    })) as unknown as Answer[];
    expect(results.map(({ extensions }) => extensions?.plan?.includes('Fetch'))).toEqual([true, true]);
  });

  test('a refused operation has none', async () => {
    const { extensions, errors } = await ask({ query: '{ nothing }' }, { ...holder, 'sluice-debug': 'plan' });
    expect(errors).toHaveLength(1);
    expect(extensions).toBeUndefined();
  });

  test('is the plan that ran: what an @override decided for this request is in it, and nothing is planned for it', async () => {
    const pets = [];
    for (let asked = 0; asked < 4; asked += 1) {
      const { data, extensions } = await ask(
        { query: '{ person { pet } }' },
        { ...holder, 'sluice-debug': 'plan' },
      );
      const { pet } = (data as { person: { pet: string } }).person;
      expect(extensions?.plan?.includes('service: "pets"')).toBe(pet === 'Rex');
      pets.push(pet);
    }
    expect(pets.sort()).toEqual(['Rex', 'Rex', 'Tom', 'Tom']);
    expect(plansOf('pet')).toBe(2);
  });
});
