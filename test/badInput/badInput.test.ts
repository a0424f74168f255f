import { monitorEventLoopDelay } from 'node:perf_hooks';
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

/** Nothing a client sends may stop the event loop for longer; a hang, that is, not a slow machine. */
const longestBlockMs = 2000;

const worlds = new Map<EngineName, World>();
const loop = monitorEventLoopDelay({ resolution: 5 });

beforeAll(async () => {
  for (const engine of ['reference', 'compiled'] as const) worlds.set(engine, await startWorld(engine));
  loop.enable();
});
afterAll(async () => {
  loop.disable();
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
    expect(loop.max / 1e6).toBeLessThan(longestBlockMs);
  });
});

function worldOf(engine: EngineName): World {
  const world = worlds.get(engine);
  if (!world) throw new Error(`There is no world of the engine ${engine}`);
  return world;
}
