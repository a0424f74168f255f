import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Pool } from 'undici';
import { askAdmin } from '../support/adminClient.ts';
import { type Received, startSubgraph, type TestSubgraph } from '../support/startSubgraph.ts';
import { startTestGateway, type TestGateway } from '../support/startTestGateway.ts';
import { makeToken } from './makeToken.ts';
import { audience, signingKey, startProvider, type TestProvider } from './startProvider.ts';

const answers = process.env.SLUICE_DEEP ? 1_000_000 : 50_000;
const key = signingKey('rsa');
const batchSize = 10;

/** A caller, and what only it may see. */
interface User {
  readonly name: string;
  readonly headers: Record<string, string>;
}

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
      upstream: { headers: [{ claim: { 'x-user': 'sub' } }, { claim: { 'x-user': 'consumer' } }] },
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

async function createUsers(): Promise<readonly User[]> {
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
  const pool = new Pool(new URL(gateway.endpoint).origin, { connections: 64 });
  const wrong: unknown[] = [];
  let state = 1;
  const draw = (below: number): number => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return (state >>> 8) % below;
  };
  async function askOnce(user: User): Promise<number> {
    const size = draw(2) === 0 ? 1 : batchSize;
    const asked = Array.from({ length: size }, () => ({ query: documents[draw(documents.length)] }));
    const { statusCode, body } = await pool.request({
      method: 'POST',
      path: '/graphql',
      headers: { 'content-type': 'application/json', ...user.headers },
      body: JSON.stringify(size === 1 ? asked[0] : asked),
    });
    const text = await body.text();
    // Every answer has at least one value of its caller's; whoever is nobody may not see what is deep.
    const values = [...text.matchAll(/of ([a-z0-9-]+)/g)].map(([, name]) => name);
    const isRight = statusCode === 200 && values.length >= size && values.every((name) => name === user.name);
    if (!isRight && wrong.length < 5) wrong.push({ user: user.name, statusCode, asked, text });
    return size;
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
  await pool.close();
  expect(wrong).toEqual([]);
  expect(count).toBeGreaterThanOrEqual(answers);
}, 1_200_000);
