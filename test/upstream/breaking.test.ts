import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { askAdmin, eventually } from '../support/adminClient.ts';
import { createManualClock, type ManualClock } from '../support/manualClock.ts';
import { startSubgraph, type TestSubgraph } from '../support/startSubgraph.ts';
import { startTestGateway, type TestGateway } from '../support/startTestGateway.ts';

const down = { status: 503, headers: { 'content-type': 'text/plain' } };

describe('a subgraph that fails', () => {
  let words: TestSubgraph;
  let numbers: TestSubgraph;
  let clock: ManualClock;
  let gateway: TestGateway;

  beforeAll(async () => {
    words = await startSubgraph('words', {
      sdl: 'type Query { word(id: Int): String words: [String!]! } type Mutation { say: String }',
      resolvers: { Query: { word: () => 'hello', words: () => [] }, Mutation: { say: () => 'said' } },
    });
    numbers = await startSubgraph('numbers', {
      sdl: 'type Query { number: Int }',
      resolvers: { Query: { number: () => 1 } },
    });
  });
  beforeEach(async () => {
    words.intercept(null);
    clock = createManualClock();
    gateway = await startTestGateway({
      subgraphs: [words, numbers],
      clock,
      settings: { upstream: { retry: { max: 0 } } },
    });
    words.received.length = 0;
  });
  afterAll(async () => {
    await words.stop();
    await numbers.stop();
  });

  afterEach(() => gateway.stop());

  const fail = () =>
    words.intercept((response) => void response.writeHead(down.status, down.headers).end('down'));
  const ask = async (query = '{ word number }') => await gateway.query(query);
  const open = {
    message: 'Subgraph "words" has been failing and is not asked for now.',
    extensions: { code: 'CIRCUIT_OPEN', subgraph: 'words' },
  };
  const toOpen = async () => {
    fail();
    for (let asked = 0; asked < 10; asked += 1) await ask();
  };

  test('is asked no more after ten calls: its fields are null at once, in a 200 with all the rest', async () => {
    await toOpen();
    expect(words.received).toHaveLength(10);
    for (let asked = 0; asked < 20; asked += 1) {
      const { status, body } = await ask();
      expect([status, body]).toEqual([200, { data: { word: null, number: 1 }, errors: [open] }]);
    }
    expect(words.received).toHaveLength(10);
  });

  test('makes a 200 without data of an operation that needs it', async () => {
    await toOpen();
    const { status, body } = await ask('{ words number }');
    expect([status, body.data]).toEqual([200, null]);
    expect(body.errors).toEqual([open]);
  });

  test('is asked once a period, and again by all some time after it is well', async () => {
    await toOpen();
    for (const periodMs of [1200, 1800, 1800]) {
      clock.advance(periodMs);
      const before = words.received.length;
      for (let asked = 0; asked < 5; asked += 1) await ask();
      expect(words.received.length - before).toBe(1);
    }
    words.intercept(null);
    clock.advance(1800);
    for (let asked = 0; asked < 3; asked += 1)
      expect((await ask()).body.data).toEqual({ word: 'hello', number: 1 });
    clock.advance(5000);
    for (let asked = 0; asked < 10; asked += 1)
      expect((await ask()).body).toEqual({ data: { word: 'hello', number: 1 } });
  });

  test('keeps nobody waiting whose query tries in vain whether it is well: when the next one tries, it is answered', async () => {
    await toOpen();
    words.intercept(() => undefined);
    clock.advance(1200);
    words.received.length = 0;
    const trying = ask('{ word(id: 1) number }');
    await eventually(() => (words.received.length === 1 ? true : null));
    clock.advance(1200);
    const next = ask('{ word(id: 2) number }');
    expect((await trying).body).toEqual({
      data: { word: null, number: 1 },
      errors: [expect.objectContaining({ extensions: { code: 'SUBGRAPH_TIMEOUT', subgraph: 'words' } })],
    });
    clock.advance(10_000);
    await next;
  });

  test('is never asked by a mutation whether it is well: a query of the gateway goes first', async () => {
    await toOpen();
    words.intercept(null);
    words.received.length = 0;
    clock.advance(1200);
    const { body } = await ask('mutation { say }');
    expect(body.errors).toEqual([open]);
    const [probe] = await eventually(() => (words.received.length > 0 ? words.received : null));
    expect(probe?.body.query).toBe('{ __typename }');
  });

  test('is not blamed for errors in its results, for a 4xx, or for clients that leave', async () => {
    const json = { 'content-type': 'application/json' };
    words.intercept((response) =>
      response.writeHead(200, json).end('{"data":{"word":null},"errors":[{"message":"no"}]}'),
    );
    for (let asked = 0; asked < 15; asked += 1) await ask();
    words.intercept((response) => response.writeHead(429, { 'content-type': 'text/html' }).end('slow down'));
    for (let asked = 0; asked < 15; asked += 1) await ask();
    let givenUp = 0;
    words.intercept((response) => {
      response.on('close', () => {
        givenUp += 1;
      });
    });
    for (let asked = 0; asked < 15; asked += 1) {
      const leaving = new AbortController();
      const before = words.received.length;
      const asking = fetch(gateway.endpoint, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: '{"query":"{ word }"}',
        signal: leaving.signal,
      });
      await eventually(() => (words.received.length > before ? true : null));
      leaving.abort();
      await expect(asking).rejects.toThrow();
      await eventually(() => (givenUp > asked ? true : null));
    }
    words.intercept(null);
    expect((await ask()).body).toEqual({ data: { word: 'hello', number: 1 } });
  });

  test.each([[true], [false]])(
    'that hangs is known before its calls time out: who waits is answered, and it is asked no more (join: %s)',
    async (join) => {
      await gateway.stop();
      const upstream = { join, retry: { max: 0 }, concurrency: { max: 12 } };
      gateway = await startTestGateway({ subgraphs: [words, numbers], clock, settings: { upstream } });
      await ask();
      let [begun, ended] = [0, 0];
      words.intercept((response) => {
        begun += 1;
        response.on('close', () => {
          ended += 1;
        });
      });
      // Each another query: those that are the same share a call.
      const many = (count: number) =>
        Array.from({ length: count }, (_, at) => ask(`{ word(id: ${at}) number }`));
      const waiting = many(20);
      await eventually(async () => {
        const { upstream: stats } = await askAdmin<{ upstream: { subgraph: string; queued: number }[] }>(
          gateway,
          '{ upstream { subgraph queued } }',
        );
        const { queued } = stats.find(({ subgraph }) => subgraph === 'words') ?? {};
        return begun === 12 && queued === 8 ? true : null;
      });
      clock.advance(900);
      clock.advance(100); // Whoever had no place by now is answered.
      clock.advance(1000);
      const { body } = await ask();
      expect(body).toEqual({ data: { word: null, number: 1 }, errors: [open] });
      const codes = (await Promise.all(waiting)).map(({ body: { data, errors } }) => [
        (data as { number: number }).number,
        errors?.[0]?.extensions.code,
      ]);
      expect(codes.filter(([, code]) => code === 'SUBGRAPH_TIMEOUT')).toHaveLength(12);
      expect(codes.filter(([, code]) => code === 'SUBGRAPH_OVERLOADED')).toHaveLength(8);
      expect(codes.every(([number]) => number === 1)).toBe(true);
      await eventually(() => (ended === 12 ? true : null));
      words.intercept(null);
      clock.advance(1200);
      expect((await ask()).body.data).toEqual({ word: 'hello', number: 1 });
    },
  );

  test('stays broken off when a new version of it is published', async () => {
    await toOpen();
    const { sdl, url, name } = words;
    const { publish } = await import('../support/adminClient.ts');
    await publish(gateway, [{ name, url, sdl: `${sdl} extend type Query { more: Int }` }]);
    await eventually(async () => {
      const { body } = await gateway.query('{ __type(name: "Query") { fields { name } } }');
      return JSON.stringify(body).includes('more') ? true : null;
    });
    expect((await ask()).body.errors).toEqual([open]);
  });
});

describe('a subgraph that is slow', () => {
  test('holds so many calls and no more; some wait, the others fail at once, and its neighbours feel nothing', async () => {
    const held: (() => void)[] = [];
    const slow = await startSubgraph('slow', {
      sdl: 'type Query { slow(id: Int): String }',
      resolvers: { Query: { slow: () => new Promise((resolve) => held.push(() => resolve('x'))) } },
    });
    const quick = await startSubgraph('quick', {
      sdl: 'type Query { quick: Int }',
      resolvers: { Query: { quick: () => 1 } },
    });
    const gateway = await startTestGateway({
      subgraphs: [slow, quick],
      settings: { upstream: { concurrency: { max: 2, queue: 1, wait: '1m' } } },
    });
    const asked = Array.from({ length: 4 }, (_, id) => gateway.query(`{ slow(id: ${id}) }`));
    const { body } = await Promise.race(asked);
    expect(body.errors).toEqual([
      expect.objectContaining({ extensions: { code: 'SUBGRAPH_OVERLOADED', subgraph: 'slow' } }),
    ]);
    await eventually(() => (held.length === 2 ? true : null));
    expect((await gateway.query('{ quick }')).body).toEqual({ data: { quick: 1 } });
    for (const answer of held.splice(0)) answer();
    await eventually(() => (held.length === 1 ? true : null));
    for (const answer of held.splice(0)) answer();
    const bodies = (await Promise.all(asked)).map((answered) => answered.body.data);
    expect(bodies.filter((data) => (data as { slow: string | null }).slow === 'x')).toHaveLength(3);
    await gateway.stop();
    await slow.stop();
    await quick.stop();
  });
});
