import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { sha256 } from '../../src/base/sha256.ts';
import { askAdmin, eventually, requestsUnderWay } from '../support/adminClient.ts';
import { openRawConnection } from '../support/rawConnection.ts';
import { startSubgraph, type TestSubgraph } from '../support/startSubgraph.ts';
import { startTestGateway, type TestGateway } from '../support/startTestGateway.ts';
import { explained, lastExplained, type Told } from './askExplain.ts';

const plugin = fileURLToPath(new URL('plugins/noteSome.ts', import.meta.url));

let books: TestSubgraph;
let gateway: TestGateway;
beforeAll(async () => {
  books = await startSubgraph('books', {
    sdl: 'type Query { book(id: ID!, words: [String!]): Book secret: String @authenticated } type Book { id: ID! title: String }',
    resolvers: { Query: { book: (_: unknown, { id }: { id: string }) => ({ id, title: 'Emma' }) } },
  });
  gateway = await startTestGateway({
    subgraphs: [books],
    settings: {
      explain: { sample: 1, slow: '1h' },
      limits: {
        perAddress: { rate: '1000/s' },
        operation: { cost: 1000, depth: { max: 3, mode: 'log' } },
        cost: { perSession: { rate: '1000/s' } },
      },
      access: { deny: ['203.0.113.0/24'] },
      server: { trustedProxies: ['127.0.0.1'], batch: { max: 3 } },
      plugins: [plugin],
    },
  });
});
afterAll(async () => {
  await gateway.stop();
  await books.stop();
});

async function ask(...asked: Parameters<TestGateway['query']>): Promise<Told> {
  const { headers } = await gateway.query(...asked);
  return await explained(gateway, headers.get('x-request-id') ?? '');
}

const partsOf = ({ decisions }: Told): readonly string[] => decisions.map(({ part }) => part);
const textsOf = ({ decisions }: Told, sought: string): readonly string[] =>
  decisions.filter(({ part }) => part === sought).map(({ text }) => text);

describe('a request that was kept', () => {
  test('tells what each part decided for it, in the order of time', async () => {
    const told = await ask('query Fine { book(id: "1") { title } }');
    expect(told).toMatchObject({ why: 'SAMPLE', status: 200, operations: ['Fine'], codes: [] });
    expect(partsOf(told)).toEqual([
      'address',
      ...['access', 'limits', 'identity', 'colour', 'broken', 'broken', 'document'],
      ...['limits', 'planning', 'upstream', 'cost', 'response'],
    ]);
    const times = told.decisions.map(({ ms }) => ms);
    expect(times).toEqual([...times].sort((one, other) => one - other));
    expect(textsOf(told, 'address')).toEqual(['127.0.0.1, that of the connection']);
    expect(textsOf(told, 'access')).toEqual(['no list keeps the address out']);
    expect(textsOf(told, 'limits')).toEqual([
      'limits.perAddress: 1 taken, 999 of 1000 left',
      'limits.operation.cost: 1 estimated, 1000 allowed',
    ]);
    expect(textsOf(told, 'identity')).toEqual(['anonymous: neither token nor key was shown']);
    expect(textsOf(told, 'document')).toEqual([
      expect.stringMatching(/^document [0-9a-f]{12}, sent as text, was parsed and validated$/),
    ]);
    expect(textsOf(told, 'planning')).toEqual([
      expect.stringMatching(/^planned for this request: 1 fetch, by Apollo's planner in \d+\.\d ms$/),
    ]);
    expect(textsOf(told, 'upstream')).toEqual([
      expect.stringMatching(/^books: \d+ bytes after \d+\.\d ms, from 127\.0\.0\.1:\d+$/),
    ]);
    expect(textsOf(told, 'cost')).toEqual(['1 estimated, 1 by the answer']);
    expect(textsOf(told, 'response')).toEqual([expect.stringMatching(/^200, \d+ bytes$/)]);
    // What users' plugins note is told like the rest; one that cannot be told says so and spoils nothing.
    expect(textsOf(told, 'colour')).toEqual(['painted green']);
    expect(textsOf(told, 'broken')).toEqual(Array(2).fill('what was decided cannot be told'));
  });

  test('the second time, the document and the plan were there already', async () => {
    const told = await ask('query Fine { book(id: "1") { title } }');
    expect(textsOf(told, 'document')[0]).toContain('was known, and so was its verdict');
    expect(textsOf(told, 'planning')[0]).toContain('the plan was there already: 1 fetch');
  });

  test('an address that a trusted proxy told is told with the proxy, and one that was kept out with the setting', async () => {
    const forwarded = { headers: { 'x-forwarded-for': '198.51.100.7' } };
    const told = await ask('query Fine { book(id: "1") { title } }', forwarded);
    expect(textsOf(told, 'address')).toEqual(['198.51.100.7, told by the trusted proxy 127.0.0.1']);
    const denied = await ask('{ book(id: "1") { id } }', { headers: { 'x-forwarded-for': '203.0.113.9' } });
    expect(denied).toMatchObject({ why: 'ERROR', status: 403, operations: [], codes: ['ADDRESS_DENIED'] });
    expect(textsOf(denied, 'refusal')).toEqual(['ADDRESS_DENIED: This address is not let in. (access.deny)']);
  });

  test('a key is told by its consumer, and as known from before the second time', async () => {
    const { createKey } = await askAdmin<{ createKey: { key: string } }>(
      gateway,
      'mutation { createKey(consumer: "acme", plan: "gold", scopes: ["a"]) { key } }',
    );
    const shown = { headers: { 'x-api-key': createKey.key } };
    const told = await ask('query Fine { book(id: "1") { title } }', shown);
    expect(textsOf(told, 'identity')).toEqual([
      'an API key, verified for this request, consumer acme, plan gold, 1 scopes',
    ]);
    expect(textsOf(told, 'limits')).toContain('limits.cost.perSession: 1 taken, 999 of 1000 left');
    const again = await ask('query Fine { book(id: "1") { title } }', shown);
    expect(textsOf(again, 'identity')[0]).toContain('known from before');
  });

  test('what the session may not see is named', async () => {
    const told = await ask('query Hidden { secret book(id: "1") { title } }');
    expect(textsOf(told, 'authorization')).toEqual([
      'the session may not see Query.secret: null, each with an error',
    ]);
    expect(textsOf(told, 'answer')).toEqual([
      'UNAUTHORIZED_FIELD_OR_TYPE at secret: This session may not see this field.',
    ]);
  });

  test('a failing subgraph is told with what is behind it, which clients do not hear', async () => {
    books.intercept((response) => response.socket?.destroy());
    const told = await ask('query Fails { book(id: "1") { title } }');
    books.intercept(null);
    expect(told).toMatchObject({ why: 'ERROR', codes: ['SUBGRAPH_UNREACHABLE'] });
    expect(textsOf(told, 'upstream')[0]).toMatch(
      /^books: SUBGRAPH_UNREACHABLE, 0 bytes after [\d.]+ ms, from 127\.0\.0\.1:\d+, 2 tries, at fault: reset$/,
    );
    expect(textsOf(told, 'answer')[0]).toMatch(/^SUBGRAPH_UNREACHABLE: .+ \(.*other side closed.*\)$/);
  });

  test('one that was answered by the run of another says whose', async () => {
    let answer: (() => void) | null = null;
    books.intercept((response) => {
      answer = () =>
        response
          .writeHead(200, { 'content-type': 'application/json' })
          .end('{"data":{"book":{"title":"late"}}}');
    });
    const first = gateway.query('query Same { book(id: "1") { title } }');
    await eventually(() => answer);
    const second = gateway.query('query Same { book(id: "1") { title } }');
    await requestsUnderWay(gateway, 2);
    await new Promise((resolve) => setTimeout(resolve, 50));
    (answer as (() => void) | null)?.();
    const [own, joined] = (await Promise.all([first, second])).map(
      ({ headers }) => headers.get('x-request-id') ?? '',
    );
    books.intercept(null);
    const told = await explained(gateway, joined ?? '');
    expect(textsOf(told, 'execution')).toEqual([
      `the same was under way: answered by the run of request ${own}`,
    ]);
    expect(textsOf(told, 'upstream')).toEqual([]);
  });

  test('a hash that is not known, a rule that only logs, a batch, a client that leaves', async () => {
    const hash = sha256('query Deep { book(id: "1") { title } }');
    const persisted = { extensions: { persistedQuery: { version: 1, sha256Hash: hash } } };
    const post = (body: object) =>
      fetch(gateway.endpoint, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
    const missed = await explained(gateway, (await post(persisted)).headers.get('x-request-id') ?? '');
    expect(textsOf(missed, 'refusal')).toEqual(['PERSISTED_QUERY_NOT_FOUND: PersistedQueryNotFound']);
    await post({ query: 'query Deep { book(id: "1") { title } }', ...persisted });
    const found = await explained(gateway, (await post(persisted)).headers.get('x-request-id') ?? '');
    expect(textsOf(found, 'document')[0]).toContain('sent as hash, was known');

    const deep = await ask('query D { __schema { types { fields { name } } } }');
    expect(textsOf(deep, 'limits')).toContain('limits.operation.depth would have refused it, and only logs');

    const items = [{ query: 'query A { book(id: "1") { id } }' }, { query: 'query B { nothing }' }];
    const batch = await explained(gateway, (await post(items)).headers.get('x-request-id') ?? '');
    expect(batch).toMatchObject({ operations: ['A'], codes: ['GRAPHQL_VALIDATION_FAILED'] });
    expect(textsOf(batch, 'document')).toHaveLength(2);

    books.intercept(() => undefined);
    const connection = await openRawConnection(gateway.endpoint);
    const sent = JSON.stringify({ query: 'query Left { book(id: "7") { title } }' });
    connection.write(
      `POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: ${sent.length}\r\n\r\n${sent}`,
    );
    const before = books.received.length;
    await eventually(() => (books.received.length > before ? true : null));
    connection.destroy();
    const left = await eventually(
      async () => (await lastExplained(gateway)).find(({ operations }) => operations[0] === 'Left') ?? null,
    );
    books.intercept(null);
    expect(left.why).toBe('GONE');
    expect(textsOf(left, 'response')).toEqual(['the client went away (499)']);
  });
});

describe('nothing secret is told:', () => {
  const secret = 'hunter2-very-secret';
  const cases: ReadonlyArray<readonly [what: string, ...asked: Parameters<TestGateway['query']>]> = [
    ['a token', '{ book(id: "1") { id } }', { headers: { authorization: `Bearer ${secret}` } }],
    ['a key', '{ book(id: "1") { id } }', { headers: { 'x-api-key': `sluice_${secret}` } }],
    ['a cookie', '{ nothing }', { headers: { cookie: `session=${secret}` } }],
    [
      'a variable that does not fit',
      'query ($id: ID!) { book(id: $id) { id } }',
      { variables: { id: { deep: secret } } },
    ],
    [
      'a variable that is a list',
      'query ($words: [String!]) { book(id: "1", words: $words) { id } }',
      { variables: { words: [secret, 7, secret] } },
    ],
    ['a literal that does not fit', `{ book(id: "1", words: { a: "${secret}" }) { id } }`],
    ['a literal that is no list of texts', `{ book(id: "1", words: [${'1234567890'}, "${secret}"]) { id } }`],
    ['a document that is no GraphQL', `{ book(id: "1") "${secret}" { id } }`],
    ['a text that is not closed', `{ book(id: "${secret}) { id } }`],
  ];
  test.each(cases)('%s', async (_what, ...asked) => {
    const told = await ask(...asked);
    expect(JSON.stringify(told)).not.toContain('hunter2');
    expect(JSON.stringify(told)).not.toContain('1234567890');
  });

  test.each([
    ['a variable', 'query V($id: ID!) { book(id: $id) { id } }', { id: secret }],
    ['a short variable', 'query V($id: ID!) { book(id: $id) { id } }', { id: 'XY' }],
    ['a variable with marks', 'query V($id: ID!) { book(id: $id) { id } }', { id: 'say "XYZZY"' }],
    ['a literal', `query V { book(id: "${secret}") { id } }`, {}],
  ])('%s in the message of a subgraph', async (_what, query, variables) => {
    const { id = secret } = variables as { id?: string };
    books.intercept((response) =>
      response
        .writeHead(200, { 'content-type': 'application/json' })
        .end(JSON.stringify({ data: null, errors: [{ message: `There is no ${JSON.stringify(id)} here` }] })),
    );
    const told = await ask(query, { variables });
    books.intercept(null);
    expect(textsOf(told, 'answer')).toEqual([
      expect.stringMatching(/^SUBGRAPH_ERROR: There is no "?\[left out\]"? here$/),
    ]);
    expect(JSON.stringify(told)).not.toMatch(/hunter2|XY/);
  });

  test('more values than can be looked for: the message is left out as a whole', async () => {
    const words = Array.from({ length: 600 }, (_, index) => `${secret}-${index}`);
    books.intercept((response) =>
      response
        .writeHead(200, { 'content-type': 'application/json' })
        .end(JSON.stringify({ data: null, errors: [{ message: `Not ${words[599]}` }] })),
    );
    const query = 'query Many($words: [String!]) { book(id: "1", words: $words) { id } }';
    const told = await ask(query, { variables: { words } });
    books.intercept(null);
    expect(told.codes).toEqual(['SUBGRAPH_ERROR']);
    expect(textsOf(told, 'answer')[0]).toMatch(/^left out/);
    expect(JSON.stringify(told)).not.toContain('hunter2');
  });
});
