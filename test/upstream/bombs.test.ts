import { brotliCompressSync, constants, gzipSync, zstdCompressSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { eventually } from '../support/adminClient.ts';
import { httpResponse, type Misbehave } from './misbehavingSubgraph.ts';
import { answering, chunk, failed, goodText, head, malformed } from './misbehaviourCase.ts';
import { type MisbehaviourWorld, startMisbehaviourWorld } from './misbehaviourWorld.ts';

const megabyte = 1 << 20;
/** What the gateway reads of an answer. */
const maxBytes = 4 * megabyte;
/** What may be under way beside that, in buffers of the system and of the gateway. */
const slack = 24 * megabyte;

const lowQuality = { params: { [constants.BROTLI_PARAM_QUALITY]: 1 } };

const tooLarge = failed(
  'SUBGRAPH_RESPONSE_TOO_LARGE',
  `The answer of subgraph "shaky" is larger than ${maxBytes} bytes, the most that is read.`,
);

/** Writes a piece as fast as it is taken, until the connection is gone. */
function flood(first: string, piece: string | Buffer): Misbehave {
  return (socket) => {
    socket.write(first);
    const pour = () => {
      while (!socket.destroyed) if (!socket.write(piece)) return void socket.once('drain', pour);
    };
    pour();
  };
}

describe('an answer that is a bomb', () => {
  let world: MisbehaviourWorld;
  beforeAll(async () => {
    world = await startMisbehaviourWorld({ timeout: '10s', maxResponse: '4MB', errorExtensions: ['hint'] });
  });
  beforeEach(() => world.shaky.misbehave(null));
  afterAll(() => world.stop());

  /** Asks, and watches memory meanwhile: of buffers, and of all else. */
  async function ask(query = '{ word number }') {
    const start = process.memoryUsage();
    const grown = { buffers: 0, heap: 0 };
    const watch = setInterval(() => {
      const { arrayBuffers, heapUsed } = process.memoryUsage();
      grown.buffers = Math.max(grown.buffers, arrayBuffers - start.arrayBuffers);
      grown.heap = Math.max(grown.heap, heapUsed - start.heapUsed);
    }, 2);
    const { body } = await world.gateway.query(query);
    clearInterval(watch);
    return { body, grown };
  }

  test.each<[string, Misbehave]>([
    ['says it is 1 GB', flood(head([`content-length: ${1 << 30}`]), Buffer.alloc(megabyte, ' '))],
    ['never ends, in chunks', flood(head(['transfer-encoding: chunked']), chunk(' '.repeat(65_536)))],
    ['never ends, without a length', flood(head([], 'HTTP/1.0 200 OK'), Buffer.alloc(megabyte, ' '))],
  ])('S10 that %s is cut off', async (_what, misbehave) => {
    const before = world.shaky.written();
    world.shaky.misbehave(misbehave);
    const { body, grown } = await ask();
    expect(body).toEqual({ errors: [tooLarge], data: { word: null, number: 1 } });
    await eventually(() => (world.shaky.openSockets() === 0 ? true : null));
    expect(world.shaky.written() - before).toBeLessThan(maxBytes + slack);
    expect(grown.buffers).toBeLessThan(2 * maxBytes + slack);
  });

  test('S10 that comes in chunks of one byte takes no more memory than its bytes', async () => {
    world.shaky.misbehave(flood(head(['transfer-encoding: chunked']), chunk(' ').repeat(50_000)));
    const { body, grown } = await ask();
    expect(body).toEqual({ errors: [tooLarge], data: { word: null, number: 1 } });
    // A buffer for each byte would be 500 MB.
    expect(grown.heap).toBeLessThan(250 * megabyte);
    expect(grown.buffers).toBeLessThan(2 * maxBytes + slack);
  });

  test.each<[string, () => Buffer]>([
    // Members of a gzip file are inflated one after the other.
    ['gzip', () => Buffer.concat(Array(256).fill(gzipSync(Buffer.alloc(4 * megabyte, ' '))))],
    ['br', () => brotliCompressSync(Buffer.alloc(64 * megabyte, ' '), lowQuality)],
    ['zstd', () => zstdCompressSync(Buffer.alloc(64 * megabyte, ' '))],
  ])('S11 that is small until it is inflated, by %s, is cut off', async (encoding, make) => {
    const bomb = make();
    expect(bomb.length).toBeLessThan(2 * megabyte);
    world.shaky.misbehave(
      (socket) => void socket.write(httpResponse(bomb, { headers: { 'content-encoding': encoding } })),
    );
    const { body, grown } = await ask();
    expect(body).toEqual({ errors: [tooLarge], data: { word: null, number: 1 } });
    expect(grown.buffers).toBeLessThan(2 * maxBytes + slack);
  });

  test('S11 that is a bomb within a bomb is not inflated at all', async () => {
    const bomb = gzipSync(gzipSync(Buffer.alloc(16 * megabyte, ' ')));
    world.shaky.misbehave(
      (socket) => void socket.write(httpResponse(bomb, { headers: { 'content-encoding': 'gzip, gzip' } })),
    );
    const { body, grown } = await ask();
    expect(body).toEqual({ errors: [malformed], data: { word: null, number: 1 } });
    expect(grown.buffers).toBeLessThan(slack);
  });

  test('S11 is inflated once for all who wait for it', async () => {
    // Operations that differ, and ask shaky the same; planned before, so that they come to it together.
    const askAll = () =>
      Promise.all(Array.from({ length: 30 }, (_, index) => world.gateway.query(`{ name${index}: word }`)));
    world.shaky.misbehave(answering(goodText));
    await askAll();

    const zipped = gzipSync(goodText + ' '.repeat(maxBytes - 1000));
    const held: (() => void)[] = [];
    let isHolding = true;
    world.shaky.misbehave((socket) => {
      const answer = () =>
        void socket.write(httpResponse(zipped, { headers: { 'content-encoding': 'gzip' } }));
      if (isHolding) held.push(answer);
      else answer();
    });
    const start = process.memoryUsage().arrayBuffers;
    let most = 0;
    const watch = setInterval(() => {
      most = Math.max(most, process.memoryUsage().arrayBuffers - start);
    }, 1);
    const asked = askAll();
    await eventually(() => (held.length > 0 ? true : null));
    await new Promise((resolve) => setTimeout(resolve, 200));
    isHolding = false;
    for (const answer of held) answer();
    for (const [index, { body }] of (await asked).entries())
      expect(body).toEqual({ data: { [`name${index}`]: 'good' } });
    clearInterval(watch);
    // For each of them it would be 120 MB.
    expect(most).toBeLessThan(3 * maxBytes + slack);
  });

  test('S10 whose values are many more than its bytes tell is not read', async () => {
    world.shaky.misbehave(answering(`{"data":{"inners":[${'{},'.repeat(1_000_000)}{}]}}`));
    const { body, grown } = await ask('{ inners { other } number }');
    expect(body.data).toEqual({ inners: null, number: 1 });
    expect(body.errors).toEqual([
      failed(
        'SUBGRAPH_RESPONSE_TOO_LARGE',
        'The answer of subgraph "shaky" is larger than 2000000 values, the most that is read.',
      ),
    ]);
    expect(grown.buffers).toBeLessThan(3 * maxBytes + slack);
  });

  test('a list of a million items is answered, and one of 500,000 faults has 100 errors', async () => {
    world.shaky.misbehave(answering(`{"data":{"texts":[${'"",'.repeat(999_999)}""]}}`));
    const { body } = await ask('{ texts number }');
    const { texts } = body.data as { texts: unknown[] };
    expect([texts.length, texts[999_999], body.errors]).toEqual([1_000_000, '', undefined]);

    world.shaky.misbehave(answering(`{"data":{"inners":[${'7,'.repeat(499_999)}7]}}`));
    const { body: faulty } = await ask('{ inners { other } number }');
    const { inners } = faulty.data as { inners: unknown[] };
    expect([inners.length, inners[499_999], faulty.errors?.length]).toEqual([500_000, null, 100]);
  });

  test.each([
    ['without a path', () => ({})],
    ['each at another entity', (index: number) => ({ path: ['_entities', index, 'stock'] })],
    ['each at no entity', (index: number) => ({ path: ['_entities', index + 2_000, 'stock'] })],
  ])('S21 2,000 errors for 2,000 entities, %s, are 100 errors', async (_where, where) => {
    const errors = Array.from({ length: 2_000 }, (_, index) => ({ message: 'No', ...where(index) }));
    const entities = Array(2_000).fill({ stock: null });
    world.shaky.misbehave(answering(JSON.stringify({ data: { _entities: entities }, errors })));
    const { body } = await ask('{ crowd { stock } number }');
    expect((body.data as { crowd: unknown[] }).crowd).toHaveLength(2_000);
    expect(body.errors).toHaveLength(100);
  });

  test('S21 100 errors of a list under 100 aliases are 100 errors', async () => {
    const errors = Array.from({ length: 100 }, (_, index) => ({ message: `No ${index}`, path: ['word'] }));
    world.shaky.misbehave(answering(JSON.stringify({ data: { word: null }, errors })));
    const { body } = await ask(`{ ${Array.from({ length: 100 }, (_, i) => `a${i}: word`).join(' ')} }`);
    expect(body.errors).toHaveLength(100);
    expect(body.errors?.at(-1)?.message).toBe('There are more errors than the 100 that are listed.');
  });

  test('S21 a message and an extension of 1.5 MB are cut and left out', async () => {
    const text = 'x'.repeat(1.5e6);
    const errors = [{ message: text, path: ['word'], extensions: { code: 'NO', hint: text } }];
    world.shaky.misbehave(answering(JSON.stringify({ data: { word: null }, errors })));
    const { body } = await ask();
    expect(body.errors).toEqual([
      { message: 'x'.repeat(4096), path: ['word'], extensions: { code: 'NO', subgraph: 'shaky' } },
    ]);
  });

  test('S21 errors whose paths have 50,000 steps hold nobody up', async () => {
    const path = ['inners', ...Array(50_000).fill(0)];
    const errors = Array.from({ length: 10 }, () => ({ message: 'No', path }));
    world.shaky.misbehave(answering(JSON.stringify({ data: { inners: null }, errors })));
    const { body } = await ask('{ inners { other } number }');
    expect(body.data).toEqual({ inners: null, number: 1 });
    expect(body.errors).toHaveLength(10);
    expect(body.errors?.[0]?.path?.length).toBeLessThanOrEqual(500);
  });
});
