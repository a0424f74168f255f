import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { eventually } from '../support/adminClient.ts';
import { startSubgraph, type TestSubgraph } from '../support/startSubgraph.ts';
import { startTestGateway, type TestGateway } from '../support/startTestGateway.ts';

describe('a request', () => {
  let slow: TestSubgraph;
  let quick: TestSubgraph;
  let gateway: TestGateway | null = null;
  /** Calls whose connection the gateway has closed. */
  let givenUp = 0;

  beforeAll(async () => {
    slow = await startSubgraph('slow', { sdl: 'type Query { slow: String }' });
    slow.intercept((response) => {
      response.on('close', () => {
        givenUp += 1;
      });
    });
    quick = await startSubgraph('quick', {
      sdl: 'type Query { quick: Int }',
      resolvers: { Query: { quick: () => 1 } },
    });
  });
  afterEach(async () => {
    await gateway?.stop();
    givenUp = 0;
    slow.received.length = 0;
  });
  afterAll(async () => {
    await slow.stop();
    await quick.stop();
  });

  test('that a subgraph makes late is answered by its deadline with what was had', async () => {
    gateway = await startTestGateway({
      subgraphs: [slow, quick],
      settings: { server: { requestTimeout: '2s' } },
    });
    const { status, body } = await gateway.query('{ slow quick }');
    expect([status, body.data]).toEqual([200, { slow: null, quick: 1 }]);
    expect(body.errors).toEqual([
      expect.objectContaining({ extensions: { code: 'SUBGRAPH_TIMEOUT', subgraph: 'slow' } }),
    ]);
    await eventually(() => (givenUp === 1 ? true : null));
    const told = Number(slow.received[0]?.headers['x-request-timeout-ms']);
    expect(told).toBeGreaterThan(0);
    expect(told).toBeLessThanOrEqual(1950);
  });

  test('that the gateway itself makes late is a 504, and all its work is given up', async () => {
    const asked: AbortSignal[] = [];
    gateway = await startTestGateway({
      subgraphs: [slow, quick],
      settings: { server: { requestTimeout: '2s' } },
      identity: {
        identify: ({ signal }) => {
          asked.push(signal);
          return new Promise(() => undefined);
        },
      },
    });
    const { status, body } = await gateway.query('{ quick }');
    expect(status).toBe(504);
    expect(body.errors).toEqual([
      expect.objectContaining({ extensions: expect.objectContaining({ code: 'REQUEST_TIMEOUT' }) }),
    ]);
    expect(asked.map(({ aborted }) => aborted)).toEqual([true]);
    await eventually(() => (gateway?.logged().some(({ status }) => status === 504) ? true : null));
  });

  test('whose client leaves takes its calls along', async () => {
    gateway = await startTestGateway({ subgraphs: [slow, quick] });
    const leaving = new AbortController();
    const asking = fetch(gateway.endpoint, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"query":"{ slow }"}',
      signal: leaving.signal,
    });
    await eventually(() => (slow.received.length > 0 ? true : null));
    leaving.abort();
    await expect(asking).rejects.toThrow();
    await eventually(() => (givenUp === 1 ? true : null), 1000);
  });
});
