import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { askAdmin } from '../support/adminClient.ts';
import { type CanaryCaller, createCanaryCalls } from '../support/canaryCalls.ts';
import { type Received, startSubgraph, type TestSubgraph } from '../support/startSubgraph.ts';
import { startTestGateway, type TestGateway } from '../support/startTestGateway.ts';
import { makeToken } from './makeToken.ts';
import { audience, signingKey, startProvider, type TestProvider } from './startProvider.ts';

const answers = process.env.SLUICE_DEEP ? 1_000_000 : 50_000;
const key = signingKey('rsa');
const batchSize = 10;

let provider: TestProvider;
let subgraphs: TestSubgraph[];
let gateway: TestGateway;
beforeAll(async () => {
  provider = await startProvider([key]);
  // Everybody asks for the same things; what they are depends on who asks only.
  const seen = (_parent: unknown, _args: unknown, { headers }: { headers: Record<string, string> }) =>
    `of ${headers['x-user'] ?? 'nobody'}`;
  const found = () => ({ id: '1' });
  const replayBy = ({ headers }: Received) => String(headers['x-user']);
  subgraphs = await Promise.all([
    startSubgraph('people', {
      sdl: 'type Query { me: Person people: [Person!]! } type Mutation { touch: Person } type Person @key(fields: "id") { id: ID! secret: String! }',
      resolvers: {
        Query: { me: found, people: () => [found(), found()] },
        Mutation: { touch: found },
        Person: { secret: seen },
      },
      replayBy,
    }),
    startSubgraph('notes', {
      sdl: 'type Query { note: String } type Person @key(fields: "id") { id: ID! note: String deep: Person @authenticated }',
      resolvers: { Query: { note: seen }, Person: { note: seen, deep: found } },
      replayBy,
    }),
  ]);
  gateway = await startTestGateway({
    subgraphs,
    settings: {
      identity: { providers: [{ issuer: provider.proxy.url, audience }] },
      upstream: {
        headers: [{ claim: { 'x-user': 'sub' } }, { claim: { 'x-user': 'consumer' } }],
        // All of it is one process: however slow that is for a while, nobody is refused, so each answer counts.
        concurrency: { queue: 100_000, wait: '60s' },
        timeout: '60s',
        connectTimeout: '60s',
        breaker: { mode: 'off' },
      },
      planning: { timeout: '60s' },
      server: { batch: { max: batchSize } },
      observability: { log: { access: false } },
    },
  });
});
afterAll(async () => {
  await gateway.stop();
  await Promise.all([...subgraphs.map((subgraph) => subgraph.stop()), provider.stop()]);
});

const documents = [
  '{ me { secret note } }',
  '{ me { id note deep { note secret } } note }',
  '{ people { ...P } } fragment P on Person { secret mine: note }',
  'mutation { touch { secret note } }',
];

async function createUsers(): Promise<readonly CanaryCaller[]> {
  const exp = Math.floor(Date.now() / 1000) + 3600;
  const header = { alg: 'RS256', kid: 'rsa' };
  const signedIn = Array.from({ length: 12 }, (_, index) => {
    const token = makeToken(
      header,
      { iss: provider.proxy.url, aud: audience, sub: `user-${index}`, exp },
      key,
    );
    return { name: `user-${index}`, headers: { authorization: `Bearer ${token}` } };
  });
  const consumers = await Promise.all(
    ['acme', 'globex'].map(async (name) => {
      const { createKey } = await askAdmin<{ createKey: { key: string } }>(
        gateway,
        'mutation ($name: String!) { createKey(consumer: $name) { key } }',
        { name },
      );
      return { name, headers: { 'x-api-key': createKey.key } };
    }),
  );
  return [...signedIn, ...consumers, { name: 'nobody', headers: {} }];
}

test('nobody is ever answered with what is another caller’s, asked alone, in batches and all at once', async () => {
  const users = await createUsers();
  const calls = createCanaryCalls(gateway.endpoint, { documents, batchSize, aloneOnceIn: 2 });
  const { draw } = calls;
  const wrong: unknown[] = [];
  async function askOnce(user: CanaryCaller): Promise<number> {
    const answer = await calls.ask(user);
    const { statusCode, names, asked } = answer;
    // Every answer has at least one value of its caller's; whoever is nobody may not see what is deep.
    const isRight =
      statusCode === 200 && names.length >= asked.length && names.every((name) => name === user.name);
    if (!isRight && wrong.length < 5) wrong.push({ user: user.name, ...answer });
    return asked.length;
  }
  let count = 0;
  await Promise.all(
    Array.from({ length: 64 }, async () => {
      while (count < answers) {
        const user = users[draw(users.length)];
        const asked = user ? await askOnce(user) : 0;
        count += asked; // After the wait: others count meanwhile.
        for (const { received } of subgraphs) received.length = 0;
      }
    }),
  );
  await calls.close();
  expect(wrong).toEqual([]);
  expect(count).toBeGreaterThanOrEqual(answers);
}, 1_200_000);
