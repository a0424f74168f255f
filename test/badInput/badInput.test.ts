import { monitorEventLoopDelay } from 'node:perf_hooks';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { eventually } from '../support/adminClient.ts';
import type { BadCase, Expected } from './badCase.ts';
import { connectionCases } from './connectionCases.ts';
import { graphqlCases } from './graphqlCases.ts';
import { httpCases } from './httpCases.ts';
import { jsonCases } from './jsonCases.ts';
import { lifecycleCases } from './lifecycleCases.ts';
import { canaries, type EngineName, type Reply, startWorld, type Target, type World } from './target.ts';

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
  ['connections', 'compiled', connectionCases],
  ['JSON', 'compiled', jsonCases],
  ['GraphQL', 'reference', graphqlCases],
  ['GraphQL', 'compiled', graphqlCases],
  ['faults on the way', 'reference', lifecycleCases],
  ['faults on the way', 'compiled', lifecycleCases],
];

describe.each(suites)('bad input: %s, engine %s', (_kind, engine, cases) => {
  test.each(cases as BadCase[])('$id $title', async ({ send, expect: expected, gateway = 'usual' }) => {
    const target = await worldOf(engine).target(gateway);
    const linesBefore = target.accessLines().length;
    const logBefore = target.logText().length;
    loop.reset();

    const [reply] = await Promise.all([send(target), target.control()]);

    expectAnswer(reply, expected);
    const wanted = expected.lines ?? 1;
    await target.control();
    await eventually(() => (target.accessLines().length >= linesBefore + wanted ? true : null));
    const lines = target.accessLines().slice(linesBefore);
    expect(lines).toHaveLength(wanted);
    expectRecord(lines, reply, expected);
    expectNoLeak(JSON.stringify(reply) + target.logText().slice(logBefore), target);
    expect(Object.keys(Object.prototype)).toEqual([]);
    expect(loop.max / 1e6).toBeLessThan(longestBlockMs);
    await expected.check?.(reply, target);
  });
});

function worldOf(engine: EngineName): World {
  const world = worlds.get(engine);
  if (!world) throw new Error(`There is no world of the engine ${engine}`);
  return world;
}

function expectAnswer(reply: Reply | null, expected: Expected): void {
  expect(reply?.status ?? null).toBe(expected.status);
  if (reply === null) return;
  expect(reply.headers['x-request-id']).toMatch(/^[\w-]{36}$/);
  for (const [name, value] of Object.entries(expected.headers ?? {})) {
    if (typeof value === 'string') expect(reply.headers[name]).toBe(value);
    else expect(reply.headers[name]).toMatch(value);
  }
  if (expected.code) expectRefusal(reply, expected);
  else if (expected.data !== undefined) expect(JSON.parse(reply.body)).toEqual({ data: expected.data });
}

function expectRefusal(reply: Reply, expected: Expected): void {
  const body = JSON.parse(reply.body) as {
    errors: { message: string; extensions: Record<string, unknown> }[];
  };
  expect(Object.keys(body)).toEqual(['errors']);
  expect(body.errors.length).toBeGreaterThan(0);
  expect(body.errors.length).toBeLessThanOrEqual(expected.maxErrors ?? 1);
  for (const { message, extensions } of body.errors) {
    expect(extensions).toEqual({ code: expected.code, requestId: reply.headers['x-request-id'] });
    expect(message.length).toBeLessThan(1100);
    if (expected.message) expect(message).toMatch(expected.message);
  }
}

function expectRecord(lines: Record<string, unknown>[], reply: Reply | null, expected: Expected): void {
  if (lines.length !== 1) return;
  const [line] = lines;
  if (reply) expect(line).toMatchObject({ requestId: reply.headers['x-request-id'], status: reply.status });
  if (expected.code) expect(line?.codes).toEqual([expected.code]);
  if (expected.logged) expect(line).toMatchObject(expected.logged);
}

function expectNoLeak(seen: string, { people, pets }: Target): void {
  const secrets = [...Object.values(canaries), new URL(people.url).host, new URL(pets.url).host];
  for (const secret of secrets) expect(seen).not.toContain(secret);
  expect(seen).not.toMatch(/node_modules|\bat [^"]*\.[tj]s:\d+/);
}
