import { afterAll, beforeAll, describe, test } from '@jest/globals';
import { freezePrototypes } from '../support/freezePrototypes.ts';
import { expectBadInput } from './expectBadInput.ts';
import { graphqlCases } from './graphqlCases.ts';
import { jsonCases } from './jsonCases.ts';
import { startWorld, type World } from './target.ts';

let world: World;
beforeAll(async () => {
  world = await startWorld('compiled');
  await freezePrototypes();
});
afterAll(() => world.stop());

/** Names that objects inherit, in requests of every kind: nothing writes them to what all objects inherit; it would throw. */
describe('while Object.prototype is frozen, requests with names it has', () => {
  const cases = [...jsonCases, ...graphqlCases].filter(({ id }) => id === 'J6' || id === 'G6');
  test.each(cases)('$id $title', async (given) =>
    expectBadInput(await world.target(given.gateway ?? 'usual'), given),
  );
});
