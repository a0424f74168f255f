import { PassThrough } from 'node:stream';
import { afterEach, describe, expect, test } from '@jest/globals';
import { buildSchema } from 'graphql';
import { systemClock } from '../../src/base/clock.ts';
import { SluiceError } from '../../src/base/errors.ts';
import type { Engine } from '../../src/execution/execution.ts';
import { limitsOptions } from '../../src/limits/limits.ts';
import type { Outcome } from '../../src/model/outcome.ts';
import type { Session } from '../../src/model/session.ts';
import { createAccessLog, createLog } from '../../src/observability/observability.ts';
import {
  createDocuments,
  createGenerations,
  createPersistedQueries,
  createPipeline,
  createPluginWalk,
  followSupergraph,
  requestOptions,
} from '../../src/request/request.ts';
import { createServer, serverOptions } from '../../src/server/server.ts';
import { eventually } from '../support/adminClient.ts';
import { anonymous } from '../support/anonymous.ts';
import { plainAuthorization } from '../support/plainAuthorization.ts';

const secret = 'canary-of-a-hook';

/** What others put in the way of a request: it may throw, reject, or never come back, for the requests that ask for it. */
interface Hooks {
  identify?(): Promise<Session>;
  execute?(): ReturnType<Engine['execute']>;
  record?(): void;
}

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

/** A front door whose hooks misbehave for requests of the client `bad` and work for all others. */
async function openDoor(hooks: Hooks) {
  const sink = new PassThrough();
  let written = '';
  sink.on('data', (chunk: Buffer) => {
    written += chunk.toString();
  });
  const log = createLog({ level: 'info', format: 'json', access: true }, { destination: sink });
  const generations = createGenerations({ onDisposeFailed: () => undefined });
  const engine: Engine = {
    schema: buildSchema('type Query { word: String }'),
    urls: new Map(),
    execute: async (_operation, { headers }) =>
      headers['x-client'] === 'bad' && hooks.execute ? hooks.execute() : { data: { word: 'said' } },
    warm: async () => undefined,
    dispose: async () => undefined,
  };
  const plugins = { walk: createPluginWalk([]) };
  const documents = createDocuments(
    {
      plugins,
      suggestions: false,
      introspection: 'on',
      limits: limitsOptions.parse({}).operation,
    },
    { persistedQueries: createPersistedQueries(requestOptions.parse({}).persistedQueries) },
  );
  const follower = followSupergraph({
    source: {
      current: () => ({ version: 1, hash: 'a'.repeat(64), sdl: '', subgraphs: [] }),
      onChange: () => () => undefined,
    },
    generations,
    documents,
    busiest: { best: () => [] },
    authorization: await plainAuthorization(),
    clock: systemClock,
    log,
    maxDocuments: 10,
    buildEngine: async () => engine,
    onSwapped: () => undefined,
  });
  await follower.started;
  const access = createAccessLog(log);
  const pipeline = createPipeline({
    identity: {
      identify: async ({ headers }) =>
        headers['x-client'] === 'bad' && hooks.identify ? hooks.identify() : anonymous,
    },
    generations,
    documents,
    plugins,
    busiest: { count: () => undefined },
    recorder: {
      record(outcome: Outcome) {
        if (outcome.arrival.headers['x-client'] === 'bad') hooks.record?.();
        access.record(outcome);
      },
    },
    clock: systemClock,
    options: { maxBatch: 0, suggestions: false, debugScope: 'debug' },
  });
  const server = createServer(serverOptions.parse({ port: 0, host: '127.0.0.1', drain: { grace: '1s' } }), {
    pipeline,
    plugins: [],
    rest: null,
    clock: systemClock,
    log,
    notReady: () => null,
    development: false,
  });
  const { port } = await server.listen();
  closing.push(() => server.close());
  return {
    log: () => written,
    ask: async (client: 'good' | 'bad', signal: AbortSignal | null = null) => {
      const response = await fetch(`http://127.0.0.1:${port}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-client': client },
        body: '{"query":"{ word }"}',
        signal,
      });
      return { status: response.status, body: await response.text() };
    },
  };
}

type Door = Awaited<ReturnType<typeof openDoor>>;

async function expectOthersServed(door: Door): Promise<void> {
  expect(await door.ask('good')).toEqual({ status: 200, body: '{"data":{"word":"said"}}' });
}

const failures: [string, () => never][] = [
  [
    'throws an error',
    () => {
      throw new Error(secret);
    },
  ],
  [
    'throws undefined',
    () => {
      throw undefined;
    },
  ],
  [
    'throws a text',
    () => {
      throw secret;
    },
  ],
  [
    'throws an object that cannot be written',
    () => {
      const ring: Record<string, unknown> = { secret };
      ring.ring = ring;
      throw ring;
    },
  ],
];

/** P22: a hook that fails costs its own request, and that one only. */
describe.each(['identify', 'execute'] as const)('a hook around %s', (name) => {
  test.each(failures)('that %s costs its request alone, which learns nothing of it', async (_title, fail) => {
    const door = await openDoor({ [name]: async () => fail() });
    const [bad] = await Promise.all([door.ask('bad'), expectOthersServed(door)]);
    expect(bad.status).toBe(500);
    expect(JSON.parse(bad.body)).toEqual({
      errors: [
        {
          message: 'Internal server error',
          extensions: { code: 'INTERNAL_SERVER_ERROR', requestId: expect.any(String) },
        },
      ],
    });
    await eventually(() => (door.log().includes('"status":500') ? true : null));
    await expectOthersServed(door);
  });

  test('that throws before it returns a promise costs its request alone', async () => {
    const door = await openDoor({ [name]: failures[0]?.[1] });
    expect((await door.ask('bad')).status).toBe(500);
    await expectOthersServed(door);
  });

  test('that refuses is answered with its code', async () => {
    const door = await openDoor({
      [name]: async () => {
        throw new SluiceError('UNAUTHENTICATED', 'Show a token.', {
          headers: { 'www-authenticate': 'Bearer' },
        });
      },
    });
    const bad = await door.ask('bad');
    expect([bad.status, JSON.parse(bad.body).errors[0].message]).toEqual([401, 'Show a token.']);
  });

  test('that never comes back holds its request alone, until its client leaves', async () => {
    const door = await openDoor({ [name]: () => new Promise<never>(() => undefined) });
    const leaving = new AbortController();
    const held = door.ask('bad', leaving.signal).catch(() => 'left');
    await expectOthersServed(door);
    leaving.abort();
    expect(await held).toBe('left');
    await eventually(() => (door.log().includes('"status":499') ? true : null));
  });
});

describe('a recorder', () => {
  test('that throws costs its line, not the request nor the process', async () => {
    const door = await openDoor({
      record: () => {
        throw new Error('The recorder failed');
      },
    });
    expect(await door.ask('bad')).toEqual({ status: 200, body: '{"data":{"word":"said"}}' });
    await eventually(() => (door.log().includes('a request could not be recorded') ? true : null));
    await expectOthersServed(door);
  });
});
