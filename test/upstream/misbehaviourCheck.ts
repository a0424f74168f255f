import { expect } from '@jest/globals';
import { eventually } from '../support/adminClient.ts';
import { createManualClock, type ManualClock } from '../support/manualClock.ts';
import type { MisbehaviourCase } from './misbehaviourCase.ts';
import { type MisbehaviourWorld, startMisbehaviourWorld } from './misbehaviourWorld.ts';

/** No other timer has this time. */
const timeoutMs = 7_001;

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

export interface MisbehaviourCheck {
  /** Lets shaky misbehave, and expects the client to get what the case says, nothing to leak, and the next request to be answered. */
  expectAnswer(given: MisbehaviourCase): Promise<void>;
  stop(): Promise<void>;
}

/** A world whose time stands still, so that a call ends late when it is told to and not because the machine is busy. */
export async function createMisbehaviourCheck(): Promise<MisbehaviourCheck> {
  const clock = createManualClock();
  const upstream = { timeout: `${timeoutMs}ms`, maxResponse: '4MB', errorExtensions: ['hint'] };
  const world = await startMisbehaviourWorld(upstream, { clock });
  return { expectAnswer: (given) => expectAnswer(given, world, clock), stop: world.stop };
}

async function expectAnswer(
  given: MisbehaviourCase,
  { shaky, gateway, leaksIn }: MisbehaviourWorld,
  clock: ManualClock,
): Promise<void> {
  const { query = '{ word number }', data = { word: null }, errors = [] } = given;
  const logBefore = gateway.logText().length;
  shaky.requests.length = 0;
  shaky.misbehave(given.misbehave);

  const answer = gateway.query(query);
  if (given.waits) await passTime(answer, shaky, clock);
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
}

/** Lets the time pass of the one call that is not answered, and sees to it that nothing else ends it before. */
async function passTime(
  answer: Promise<unknown>,
  shaky: MisbehaviourWorld['shaky'],
  clock: ManualClock,
): Promise<void> {
  let isAnswered = false;
  void answer.then(() => {
    isAnswered = true;
  });
  await eventually(() => (shaky.requests.length === 1 && clock.countAwaited(timeoutMs) === 1 ? true : null));
  clock.advance(timeoutMs - 1);
  await new Promise((resolve) => setTimeout(resolve, 60));
  expect(isAnswered).toBe(false);
  clock.advance(1);
}
