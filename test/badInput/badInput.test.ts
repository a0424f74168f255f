import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { BadCase } from './badCase.ts';
import { connectionCases } from './connectionCases.ts';
import { expectBadInput } from './expectBadInput.ts';
import { graphqlCases } from './graphqlCases.ts';
import { httpCases } from './httpCases.ts';
import { jsonCases } from './jsonCases.ts';
import { lifecycleCases } from './lifecycleCases.ts';
import { restCases } from './restCases.ts';
import { type EngineName, startWorld, type World } from './target.ts';
import { watchLoop } from './watchLoop.ts';

/** Nothing a client sends may stop the event loop for longer, counted in its thread's own work: what others do on this machine is none of it. */
const longestBlockMs = 2000;

const worlds = new Map<EngineName, World>();
const loop = watchLoop();

beforeAll(async () => {
  for (const engine of ['reference', 'compiled'] as const) worlds.set(engine, await startWorld(engine));
});
afterAll(async () => {
  loop.stop();
  for (const world of worlds.values()) await world.stop();
});

// What reaches an engine is sent to both.
const suites: readonly (readonly [kind: string, engine: EngineName, cases: readonly BadCase[]])[] = [
  ['HTTP', 'compiled', httpCases],
  ['routes', 'compiled', restCases],
  ['connections', 'compiled', connectionCases],
  ['JSON', 'compiled', jsonCases],
  ['GraphQL', 'reference', graphqlCases],
  ['GraphQL', 'compiled', graphqlCases],
  ['faults on the way', 'reference', lifecycleCases],
  ['faults on the way', 'compiled', lifecycleCases],
];

describe.each(suites)('bad input: %s, engine %s', (_kind, engine, cases) => {
  test.each(cases as BadCase[])('$id $title', async (given) => {
    const target = await worldOf(engine).target(given.gateway ?? 'usual');
    loop.reset();
    await expectBadInput(target, given);
    expect(loop.longestMs()).toBeLessThan(longestBlockMs);
  });
});

function worldOf(engine: EngineName): World {
  const world = worlds.get(engine);
  if (!world) throw new Error(`There is no world of the engine ${engine}`);
  return world;
}
