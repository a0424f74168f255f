import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { askAdmin } from '../support/adminClient.ts';
import { type CanaryCaller, createCanaryCalls } from '../support/canaryCalls.ts';
import { headerIdentity, sessionHeader } from '../support/headerIdentity.ts';
import { type Received, startSubgraph, type TestSubgraph } from '../support/startSubgraph.ts';
import { startTestGateway, type TestGateway } from '../support/startTestGateway.ts';
import { directiveSdl } from './directiveSdl.ts';

const answers = process.env.SLUICE_DEEP ? 1_000_000 : 50_000;
const batchSize = 25;

let subgraphs: TestSubgraph[];
let gateway: TestGateway;
const peopleSdl = (scope: string) => `${directiveSdl}
  type Query { me: Person people: [Person!]! open: String @cacheControl(maxAge: 60) }
  type Mutation { touch: Person }
  type Person @key(fields: "id") @cacheControl(maxAge: 60, scope: ${scope}) { id: ID! secret: String! }`;

beforeAll(async () => {
  // Everybody asks for the same things; what they are depends on who asks only. All of it may be kept.
  const seen = (_parent: unknown, _args: unknown, { headers }: { headers: Record<string, string> }) =>
    `of ${headers['x-user'] ?? headers['x-tenant'] ?? 'nobody'}`;
  const found = () => ({ id: '1' });
  const replayBy = ({ headers }: Received) => `${headers['x-user']} ${headers['x-tenant']}`;
  subgraphs = await Promise.all([
    startSubgraph('people', {
      sdl: peopleSdl('PRIVATE'),
      resolvers: {
        Query: { me: found, people: () => [found(), found()], open: seen },
        Mutation: { touch: found },
        Person: { secret: seen },
      },
      replayBy,
    }),
    startSubgraph('notes', {
      sdl: `${directiveSdl}
        type Query { note: String @cacheControl(maxAge: 60) }
        type Person @key(fields: "id") @cacheControl(maxAge: 60) { id: ID! note: String deep: Person }`,
      resolvers: { Query: { note: seen }, Person: { note: seen, deep: found } },
      replayBy,
    }),
  ]);
  gateway = await startTestGateway({
    subgraphs,
    identity: headerIdentity,
    settings: {
      // By a claim, and by a header of the client's: what is public is as much the caller's as what is private.
      upstream: {
        headers: [{ claim: { 'x-user': 'sub' } }, { propagate: 'x-tenant' }],
        // Batches of all of them at once are more calls than wait by default: none is refused, so each answer counts.
        concurrency: { queue: 100_000, wait: '60s' },
        timeout: '60s',
        // All of it is one process: when that is busy for a second, no subgraph is to blame.
        connectTimeout: '60s',
        breaker: { mode: 'off' },
      },
      planning: { timeout: '60s' },
      cache: { maxBytes: '1MB' },
      server: { batch: { max: batchSize } },
      observability: { log: { access: false } },
      registry: { breakingChanges: 'allow' },
    },
  });
});
afterAll(async () => {
  await gateway.stop();
  await Promise.all(subgraphs.map((subgraph) => subgraph.stop()));
});

const queries = [
  '{ me { secret note } }',
  '{ me { id note deep { note secret } } note }',
  '{ people { ...P } open } fragment P on Person { secret mine: note }',
  '{ open note }',
];
const documents = [...queries, ...queries, ...queries, ...queries, 'mutation { touch { secret note } }'];

const users: readonly CanaryCaller[] = [
  ...Array.from({ length: 12 }, (_, index) => {
    const sub = `user-${index}`;
    return { name: sub, headers: sessionHeader({ subject: sub, issuer: 'idp', claims: { sub } }) };
  }),
  // The same subject, in the words of another issuer; and names that joined alike would be one.
  {
    name: 'other-0',
    headers: sessionHeader({ subject: 'user-0', issuer: 'other', claims: { sub: 'other-0' } }),
  },
  { name: 'tenant-a', headers: { 'x-tenant': 'tenant-a' } },
  { name: 'tenant-b', headers: { 'x-tenant': 'tenant-b' } },
  { name: 'nobody', headers: {} },
];

test('nobody is ever answered with what is another caller’s: cold and warm, in batches, across purges and publishes', async () => {
  const calls = createCanaryCalls(gateway.endpoint, { documents, batchSize, aloneOnceIn: 8 });
  const { draw } = calls;
  const foreign: unknown[] = [];
  const failed: unknown[] = [];
  async function askOnce(user: CanaryCaller): Promise<number> {
    const answer = await calls.ask(user);
    const { statusCode, names, asked } = answer;
    const told = { user: user.name, ...answer };
    if (names.some((name) => name !== user.name)) foreign.push(told);
    else if (statusCode !== 200 || names.length < asked.length) failed.push(told);
    return asked.length;
  }
  async function change(): Promise<void> {
    const [people] = subgraphs;
    if (draw(4) > 0) return void (await purge({ type: 'Person' }));
    const sdl = people?.sdl.replace('PRIVATE) {', draw(2) === 0 ? 'PRIVATE) {' : 'PUBLIC) {');
    const publish =
      'mutation ($subgraphs: [SubgraphInput!]!) { publish(subgraphs: $subgraphs, allowBreaking: true) { version } }';
    await askAdmin(gateway, publish, { subgraphs: [{ name: 'people', url: people?.url, sdl }] });
  }
  const purge = (what: Record<string, unknown>) =>
    askAdmin(gateway, 'mutation ($type: String) { purgeCache(type: $type) { done } }', what);
  let count = 0;
  let changed = 0;
  let changing = Promise.resolve();
  await Promise.all(
    Array.from({ length: 64 }, async () => {
      while (count < answers) {
        const user = users[draw(users.length)];
        const asked = user ? await askOnce(user) : 0;
        count += asked; // After the wait: others count meanwhile.
        for (const { received } of subgraphs) received.length = 0;
        if (count > ((changed + 1) * answers) / 20) {
          changed += 1;
          // One after the other: a publish is refused that another one overtakes.
          changing = changing.then(change);
          await changing;
        }
      }
    }),
  );
  await calls.close();
  expect(foreign.slice(0, 5)).toEqual([]);
  expect(failed.slice(0, 5)).toEqual([]);
  expect(count).toBeGreaterThanOrEqual(answers);
  const { cache } = await askAdmin<{ cache: { hits: number; bytes: number; maxBytes: number } }>(
    gateway,
    '{ cache { hits bytes maxBytes } }',
    {},
  );
  expect(cache.hits).toBeGreaterThan(answers / 4);
  expect(cache.bytes).toBeLessThanOrEqual(cache.maxBytes);
}, 1_200_000);
