import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import {
  entitiesFor,
  type PiecesWorld,
  representation,
  startPiecesWorld,
  textResult,
} from './piecesWorld.ts';

let world: PiecesWorld;
beforeEach(async () => {
  world = await startPiecesWorld({ maxBytes: '1MB' });
});
afterEach(() => world.cache.close());

const film = representation('Film', '1');
const book = representation('Book', '1');
const right = { __typename: 'Film', title: 'Film 1', more: '' };
const never = async () => {
  throw new Error('Nobody was to be asked');
};

test('a piece is taken apart once, however many of its items are asked for', async () => {
  const large = await startPiecesWorld();
  const items = Array.from({ length: 300 }, (_, index) => representation('Film', String(index)));
  let reads = 0;
  const result = entitiesFor(items);
  // Each entry that is made reads the member of one entity.
  const counting = {
    ...result,
    source: {
      heldBytes: 1000,
      read() {
        const { data } = result.source?.read() ?? result;
        const entities = (data as { _entities: object[] })._entities.map((entity) =>
          Object.defineProperty(entity, 'title', {
            enumerable: true,
            get() {
              reads += 1;
              return 'a title';
            },
          }),
        );
        return { data: { _entities: entities }, errors: null, extensions: undefined };
      },
    },
  };
  await large.answer(large.entities, items, { ask: async () => counting });
  await large.answer(large.entities, items, { ask: never });
  // Once to see what it is, once to see how long.
  expect(reads).toBeLessThanOrEqual(3 * items.length);
  await large.cache.close();
});

test('items of two types whose answers others waited for in vain are kept by their own names', async () => {
  const { entities, answer } = world;
  const failing = [film, book].map((item) => {
    const { promise, reject } = Promise.withResolvers<never>();
    const failed = answer(entities, [item], { ask: () => promise }).catch(() => undefined);
    return { fail: () => reject(new Error('It failed')), failed };
  });
  const both = answer(entities, [film, book], { ask: async (items) => entitiesFor(items) });
  await new Promise(setImmediate);
  // The later one fails first.
  for (const { fail, failed } of failing.toReversed()) {
    fail();
    await failed;
  }
  const expected = { _entities: [right, { __typename: 'Book', title: 'Book 1', more: '' }] };
  expect(await both).toEqual(expected);
  expect(await answer(entities, [film, book], { ask: never })).toEqual(expected);
});

test('what cannot be written is asked for again, and what came with it, too', async () => {
  const { entities, answer } = world;
  const deep = `${'['.repeat(50_000)}${']'.repeat(50_000)}`;
  const text = `{"data":{"_entities":[{"title":"Film 1"},{"more":${deep}}]}}`;
  await answer(entities, [film, book.replace('Book', 'Film').replace('1', '2')], {
    ask: async () => textResult(text),
  });
  const again = await answer(entities, [film], { ask: async (items) => entitiesFor(items) });
  expect(again).toEqual({ _entities: [right] });
});

test('large answers are kept within the bound, each by itself', async () => {
  const { cache, entities, answer } = world;
  const ofSize = async (id: string, length: number) => {
    const item = representation('Film', id);
    await answer(entities, [item], { ask: async (items) => entitiesFor(items, 'x'.repeat(length)) });
    expect(cache.stats().bytes).toBeLessThanOrEqual(cache.stats().maxBytes);
    return item;
  };
  // More than a generation may take.
  const large = await ofSize('large', 100_000);
  for (const id of ['1', '2', '3']) await ofSize(id, 2_000_000);
  for (const id of ['4', '5', '6']) await ofSize(id, 60_000);
  expect(await answer(entities, [large], { ask: never })).toMatchObject({
    _entities: [{ title: 'Film large' }],
  });
});

test('an entry is counted once, before it is asked for again and after', async () => {
  const { cache, entities, answer } = world;
  for (const ask of [async (items: readonly string[]) => entitiesFor(items), never]) {
    await answer(entities, [film, book], { ask });
    await new Promise(setImmediate);
    expect(cache.stats().entries).toBe(2);
  }
  await answer(entities, [representation('Film', 'failed')], { ask: never }).catch(() => undefined);
  expect(cache.stats().entries).toBe(2);
});

test('variables of those who asked are not held with what they got', async () => {
  const large = await startPiecesWorld();
  await large.answer(large.root, [''], { ask: async () => textResult('{"data":{"named":"x"}}') });
  const before = heapUsed();
  for (let index = 0; index < 50; index += 1) {
    const variables = { name: Buffer.alloc(500_000, 'a').toString() + index };
    await large.answer(large.root, [''], {
      variables,
      ask: async () => textResult('{"data":{"named":"x"}}'),
    });
  }
  expect(large.cache.stats().entries).toBe(51);
  expect(heapUsed() - before).toBeLessThan(10_000_000);
  await large.cache.close();
});

/** Of what is still in use. */
function heapUsed(): number {
  setFlagsFromString('--expose-gc');
  runInNewContext('gc')();
  return process.memoryUsage().heapUsed;
}
