import type { AddressInfo } from 'node:net';
import { createServer, type Socket } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { eventually } from '../support/adminClient.ts';
import { startTestGateway } from '../support/startTestGateway.ts';
import { httpResponse, type Misbehave } from './misbehavingSubgraph.ts';
import { answering, asNamed, goodText, head, late } from './misbehaviourCase.ts';
import { type MisbehaviourWorld, startMisbehaviourWorld } from './misbehaviourWorld.ts';

describe('connections to a subgraph that misbehaves', () => {
  let world: MisbehaviourWorld;
  /** For calls that are to end at their time. */
  let hasty: MisbehaviourWorld;
  beforeAll(async () => {
    world = await startMisbehaviourWorld({ join: false });
    hasty = await startMisbehaviourWorld({ timeout: '400ms', connections: 2, join: false });
  });
  beforeEach(() => {
    for (const { shaky } of [world, hasty]) {
      shaky.misbehave(null);
      shaky.requests.length = 0;
    }
  });
  afterAll(async () => {
    for (const each of [world, hasty]) await each.stop();
  });

  const ask = async (query = '{ word }', { gateway } = world) => (await gateway.query(query)).body;
  const good = { data: { word: 'good' } };
  const breakOff: Misbehave = (socket) => void socket.end(`${head(['content-length: 100'])}{"data":`);

  test('S2 calls that wait for a connection end at their own time, and free the way', async () => {
    const { shaky } = hasty;
    shaky.misbehave(() => undefined);
    const asked = await Promise.all(Array.from({ length: 10 }, () => ask('{ word }', hasty)));
    for (const body of asked) expect(body).toEqual({ errors: [late], data: { word: null } });
    // Two connections; whose time is up a moment after theirs may still have got one of them.
    const sent = shaky.requests.length;
    expect(sent).toBeLessThan(10);
    await eventually(() => (shaky.openSockets() === 0 ? true : null));
    shaky.misbehave(answering(goodText));
    expect(await ask('{ word }', hasty)).toEqual(good);
    expect(shaky.requests.length).toBe(sent + 1);
  });

  test('S2 a call that is never read ends at its time', async () => {
    const held: Socket[] = [];
    const deaf = createServer({ pauseOnConnect: true }, (socket) => void held.push(socket));
    await new Promise<void>((resolve) => deaf.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(deaf.address() as AddressInfo).port}/`;
    const gateway = await startTestGateway({
      subgraphs: [{ name: 'shaky', url, sdl: 'type Query { say(what: String): String }' }],
      settings: { upstream: { timeout: '400ms' } },
    });
    // More than the systems between them hold.
    const items = Array.from({ length: 20 }, (_, index) => `a${index}: say(what: $what)`).join(' ');
    const { body } = await gateway.query(`query ($what: String) { ${items} }`, {
      variables: { what: 'x'.repeat(1.9e6) },
    });
    expect(body.errors).toEqual([late]);
    const [socket, ...others] = held;
    const closed = new Promise((resolve) => socket?.on('error', () => undefined).once('close', resolve));
    socket?.resume();
    await closed;
    expect(others).toEqual([]);
    await gateway.stop();
    await new Promise((resolve) => deaf.close(resolve));
  });

  test('S5 a mutation whose answer breaks off, or never comes, is sent once', async () => {
    const { shaky } = hasty;
    for (const misbehave of [breakOff, (socket: Socket) => void socket.resetAndDestroy(), () => undefined]) {
      shaky.requests.length = 0;
      shaky.misbehave(misbehave);
      const { data, errors } = await ask('mutation { say(what: "x") }', hasty);
      expect([data, errors?.length]).toEqual([{ say: null }, 1]);
      expect(shaky.requests).toHaveLength(1);
    }
  });

  test('S5 a query whose answer breaks off is sent once', async () => {
    world.shaky.misbehave(breakOff);
    await ask();
    expect(world.shaky.requests).toHaveLength(1);
  });

  test('S6 a subgraph that asks to come back later is not held back from other callers', async () => {
    const headers = { 'retry-after': '60', 'content-type': 'text/plain' };
    world.shaky.misbehave(answering('Slow down', { status: '429 Too Many Requests', headers }));
    await ask();
    world.shaky.misbehave(answering(goodText));
    expect(await ask()).toEqual(good);
    expect(world.shaky.requests).toHaveLength(2);
  });

  test('S22 nobody knocks where a redirect leads', async () => {
    const knocks: Socket[] = [];
    const trap = createServer((socket) => void knocks.push(socket));
    await new Promise<void>((resolve) => trap.listen(0, '127.0.0.1', resolve));
    const location = `http://127.0.0.1:${(trap.address() as AddressInfo).port}/`;
    for (const status of [300, 301, 302, 303, 305, 307, 308]) {
      world.shaky.misbehave(answering(goodText, { status: `${status} There`, headers: { location } }));
      expect((await ask()).errors?.[0]?.extensions.code).toBe('SUBGRAPH_MALFORMED_RESPONSE');
    }
    expect(knocks).toEqual([]);
    await new Promise((resolve) => trap.close(resolve));
  });

  test('a second answer that nobody asked for is nobody’s answer', async () => {
    world.shaky.misbehave((socket, request) => {
      const stolen = httpResponse(asNamed('{"data":{"word":"stolen"}}', request));
      socket.write(Buffer.concat([httpResponse(asNamed(goodText, request)), stolen]));
    });
    for (let turn = 0; turn < 20; turn += 1) expect(await ask()).toEqual(good);
  });

  test('an answer that comes while nothing is asked is nobody’s answer', async () => {
    let closed = 0;
    world.shaky.misbehave((socket, request) => {
      socket.once('close', () => (closed += 1));
      socket.write(httpResponse(asNamed(goodText, request)));
      setTimeout(() => socket.write(httpResponse(asNamed('{"data":{"word":"stolen"}}', request))), 20);
    });
    expect(await ask()).toEqual(good);
    await eventually(() => (closed === 1 ? true : null));
    world.shaky.misbehave(answering(goodText));
    expect(await ask()).toEqual(good);
  });

  test.each<[string, Misbehave]>([
    ['with its answer, and says so', (s, r) => void s.end(response(r, { connection: 'close' }))],
    ['with its answer, and does not say so', (s, r) => void s.end(response(r, {}))],
    [
      'after its answer, and does not say so',
      (s, r) => void s.write(response(r, {}), () => setImmediate(() => s.destroy())),
    ],
    ['in HTTP/1.0', (s, r) => void s.end(head([], 'HTTP/1.0 200 OK') + asNamed(goodText, r))],
  ])('each call is answered by a subgraph that closes the connection %s', async (_when, misbehave) => {
    world.shaky.misbehave(misbehave);
    for (let turn = 0; turn < 20; turn += 1) {
      expect(await ask()).toEqual(good);
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
    expect(world.shaky.requests).toHaveLength(20);
    await eventually(() => (world.shaky.openSockets() === 0 ? true : null));
  });
});

function response(request: Parameters<Misbehave>[1], headers: Record<string, string>): Buffer {
  return httpResponse(asNamed(goodText, request), { headers });
}
