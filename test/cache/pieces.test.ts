import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { entitiesFor, type PiecesWorld, representation, startPiecesWorld } from './piecesWorld.ts';

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
