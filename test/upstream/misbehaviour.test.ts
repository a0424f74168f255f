import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { eventually } from '../support/adminClient.ts';
import { createManualClock } from '../support/manualClock.ts';
import { answerCases } from './answerCases.ts';
import { connectionCases } from './connectionCases.ts';
import { entityCases } from './entityCases.ts';
import type { MisbehaviourCase } from './misbehaviourCase.ts';
import { type MisbehaviourWorld, startMisbehaviourWorld } from './misbehaviourWorld.ts';

/** No other timer has this time. */
const timeoutMs = 7_001;
const clock = createManualClock();
let world: MisbehaviourWorld;

beforeAll(async () => {
  const upstream = { timeout: `${timeoutMs}ms`, maxResponse: '4MB', errorExtensions: ['hint'] };
  world = await startMisbehaviourWorld(upstream, { clock });
});
afterAll(() => world.stop());

/** Headers of the gateway's own; none of a subgraph's returns. */
const ownHeaders = [
  'connection',
  'content-encoding',
  'content-length',
  'content-type',
  'date',
  'keep-alive',
  'vary',
  'x-request-id',
];
const ownNames = Object.getOwnPropertyNames(Object.prototype).sort();

const suites: readonly (readonly [string, readonly MisbehaviourCase[]])[] = [
  ['on the connection', connectionCases],
  ['in its answer', answerCases],
  ['with entities', entityCases],
];

test('every row of the table has its cases', () => {
  const rows = new Set(suites.flatMap(([, cases]) => cases.map(({ row }) => row)));
  // S1 stands in unreachable.test.ts, S10 and S21 in bombs.test.ts, S19 in pending.
  const elsewhere = ['S1', 'S10', 'S19', 'S21'];
  const all = Array.from({ length: 22 }, (_, index) => `S${index + 1}`);
  expect(all.filter((row) => !rows.has(row))).toEqual(elsewhere);
});

describe.each(suites)('a subgraph that misbehaves %s fails alone when it', (_where, cases) => {
  test.each(cases.map((given) => ({ ...given, row: given.row ?? 'also' })))('$row $title', async (given) => {
    const { shaky, gateway, leaksIn } = world;
    const { query = '{ word number }', data = { word: null }, errors = [] } = given;
    const logBefore = gateway.logText().length;
    shaky.requests.length = 0;
    shaky.misbehave(given.misbehave);

    const answer = gateway.query(query);
    if (given.waits) await passTime(answer);
    const { status, headers, body } = await answer;

    expect(status).toBe(200);
    expect(body).toEqual({ ...(errors.length > 0 ? { errors } : {}), data: { ...data, number: 1 } });
    expect([...headers.keys()].filter((name) => !ownHeaders.includes(name))).toEqual([]);
    expect(headers.get('x-request-id')).toMatch(/^[\w-]{36}$/);
    expect(shaky.requests).toHaveLength(1);
    if (given.closes) await eventually(() => (shaky.openSockets() === 0 ? true : null));

    shaky.misbehave(null);
    const again = await gateway.query('{ word number }');
    expect(again.body).toEqual({ data: { word: 'sound again', number: 1 } });
    expect(leaksIn(JSON.stringify([...headers]) + gateway.logText().slice(logBefore))).toEqual([]);
    expect(Object.getOwnPropertyNames(Object.prototype).sort()).toEqual(ownNames);
  });
});

/** Lets the time of the one call pass that is not answered, and sees to it that nothing else has ended it before. */
async function passTime(answer: Promise<unknown>): Promise<void> {
  let isAnswered = false;
  void answer.then(() => {
    isAnswered = true;
  });
  await eventually(() =>
    world.shaky.requests.length === 1 && clock.countAwaited(timeoutMs) === 1 ? true : null,
  );
  clock.advance(timeoutMs - 1);
  await new Promise((resolve) => setTimeout(resolve, 60));
  expect(isAnswered).toBe(false);
  clock.advance(1);
}
