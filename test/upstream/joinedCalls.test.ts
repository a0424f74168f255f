import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { eventually, publish, requestsUnderWay } from '../support/adminClient.ts';
import { startSubgraph, type TestSubgraph } from '../support/startSubgraph.ts';
import { startTestGateway, type TestGateway } from '../support/startTestGateway.ts';

describe.each(['compiled', 'reference'] as const)('joined calls on the %s engine', (engine) => {
  let words: TestSubgraph;
  let gateway: TestGateway;
  /** Answers of the subgraph that are held back; each call adds one. */
  const held: (() => void)[] = [];

  beforeAll(async () => {
    words = await startSubgraph('words', {
      sdl: 'type Query { word: String, list: [String!]! } type Mutation { learn: String }',
      resolvers: { Query: { word: () => 'w' }, Mutation: { learn: () => 'l' } },
    });
    gateway = await startTestGateway({
      subgraphs: [words],
      settings: {
        execution: { engine },
        upstream: {
          headers: [{ propagate: 'authorization' }],
          subgraphs: { words: { headers: [{ propagate: 'reader' }] } },
        },
      },
    });
  });
  beforeEach(() => {
    words.received.length = 0;
    held.length = 0;
    words.intercept((response, { body }) => {
      const field = body.query.includes('learn') ? 'learn' : 'word';
      held.push(() =>
        response
          .writeHead(200, { 'content-type': 'application/json' })
          .end(JSON.stringify({ data: { [field]: 'x' } })),
      );
    });
  });
  afterAll(async () => {
    await gateway.stop();
    await words.stop();
  });

  const calls = (count: number) => eventually(() => (words.received.length >= count ? true : null));
  const release = () => {
    for (const answer of held.splice(0)) answer();
  };
  /** Long enough for a request to reach the subgraph, if it were to. */
  const settle = () => new Promise((resolve) => setTimeout(resolve, 60));

  test('identical queries on their way share one', async () => {
    const first = gateway.query('{ word }');
    await calls(1);
    const others = [gateway.query('{ word }'), gateway.query('{ word }')];
    await requestsUnderWay(gateway, 3);
    await settle();
    release();
    for (const { body } of [await first, ...(await Promise.all(others))])
      expect(body).toEqual({ data: { word: 'x' } });
    expect(words.received).toHaveLength(1);
  });

  test('a header that travels on keeps callers apart', async () => {
    const asked = ['a', 'b'].map((token) => gateway.query('{ word }', { headers: { authorization: token } }));
    await calls(2);
    release();
    await Promise.all(asked);
    expect(words.received.map(({ headers }) => headers.authorization).sort()).toEqual(['a', 'b']);
  });

  test('a header that travels to one subgraph only keeps callers apart, too', async () => {
    const asked = ['a', 'b'].map((reader) => gateway.query('{ word }', { headers: { reader } }));
    await calls(2);
    release();
    await Promise.all(asked);
    expect(words.received.map(({ headers }) => headers.reader).sort()).toEqual(['a', 'b']);
  });

  test('variables keep callers apart', async () => {
    const query = 'query ($not: Boolean!) { list word @skip(if: $not) }';
    const asked = [false, true].map((not) => gateway.query(query, { variables: { not } }));
    await calls(2);
    release();
    await Promise.all(asked);
    expect(words.received).toHaveLength(2);
  });

  test('mutations are never joined', async () => {
    const asked = [gateway.query('mutation { learn }'), gateway.query('mutation { learn }')];
    await calls(2);
    release();
    await Promise.all(asked);
    expect(words.received).toHaveLength(2);
  });

  test('what is read after a mutation does not join what was on its way before it', async () => {
    const before = gateway.query('{ word }');
    await calls(1);
    const mutation = gateway.query('mutation { learn }');
    await calls(2);
    held.splice(1, 1)[0]?.();
    await mutation;
    const after = gateway.query('{ word }');
    await calls(3);
    release();
    await Promise.all([before, after]);
  });

  test('a caller who leaves takes nobody along', async () => {
    const leaving = new AbortController();
    const left = fetch(gateway.endpoint, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"query":"{ word }"}',
      signal: leaving.signal,
    });
    await calls(1);
    const staying = gateway.query('{ word }');
    await settle();
    leaving.abort();
    await expect(left).rejects.toThrow();
    await settle();
    release();
    expect((await staying).body).toEqual({ data: { word: 'x' } });
    expect(words.received).toHaveLength(1);
  });

  test('calls of two supergraph versions are not joined', async () => {
    const before = gateway.query('{ word }');
    await calls(1);
    const { sdl, url, name } = words;
    await publish(gateway, [
      { name, url, sdl: `${sdl} type More { a: Int } extend type Query { more: More }` },
    ]);
    await eventually(async () =>
      (await gateway.query('{ __type(name: "More") { name } }')).body.data ? true : null,
    );
    await eventually(async () => {
      const { body } = await gateway.query('{ __type(name: "More") { name } }');
      return JSON.stringify(body).includes('More') ? true : null;
    });
    const after = gateway.query('{ word }');
    await calls(2);
    release();
    await Promise.all([before, after]);
  });
});
