import { afterEach, describe, expect, test } from '@jest/globals';
import { buildSchema } from 'graphql';
import { createManualClock } from '../support/manualClock.ts';
import { askedOf, operationOf, outcomeOf, sessionOf } from '../support/outcomes.ts';
import { onEachStore } from '../support/stores.ts';
import { createAnalyticsFixture } from './analyticsFixture.ts';

const fixture = createAnalyticsFixture();
afterEach(() => fixture.end());

const schema = buildSchema('type Query { a: Int b: Query }');

onEachStore((store) => {
  test('what limits have to let through is known of operations by their calls, of costs, and of rates', async () => {
    const clock = createManualClock();
    clock.advance(60_000 - (clock.wallMs() % 60_000));
    const dir = await fixture.folder();
    const { record, usage } = await fixture.open(clock, { dir, url: await store.place(dir) });
    const fromMs = clock.wallMs();
    const flat = operationOf('query Flat { a }');
    const deep = operationOf('query Deep { x: b { b { b { b { a } } } } }');
    const ask = (operation: typeof flat, address: string, estimated: number, executed = true) =>
      record(
        outcomeOf({
          asked: [askedOf({ operation, executed, cost: { estimated, measured: null } })],
          schema,
          address,
          session: sessionOf('acme'),
        }),
      );
    // A minute: one address asks 90 times, 30 of them in one second; another ten times, one a second.
    for (let second = 0; second < 60; second += 1) {
      ask(flat, '198.51.100.1', 10);
      if (second === 30) for (let more = 0; more < 30; more += 1) ask(flat, '198.51.100.1', 10);
      if (second % 6 === 0) ask(flat, '2001:db8::1', 20);
      clock.advance(1000);
    }
    ask(deep, '2001:db8::2', 400);
    for (let more = 0; more < 1000; more += 1) ask(flat, '203.0.113.1', 1e6, false);
    clock.advance(61_000);

    const answer = await usage.limits({ period: { fromMs, untilMs: clock.wallMs() } });
    expect(answer).toMatchObject({ operations: 2, calls: 1101 });
    expect(answer.shapes).toContainEqual({
      ...{ measure: 'depth', values: 1101, p99: 1, most: 5, suggested: 2 },
      ...{ over: 1, overNames: ['Deep'] },
    });
    expect(answer.shapes).toContainEqual(expect.objectContaining({ measure: 'aliases', p99: 0, most: 1 }));
    expect(answer.shapes).toContainEqual(expect.objectContaining({ measure: 'tokens', p99: 5, most: 19 }));
    expect(answer.cost).toMatchObject({ values: 101, p99: 20, suggested: 30, over: 1 });
    // Two minutes, in which two and one networks asked; what was refused is not usual.
    expect([answer.addressMinute?.values, answer.sessionMinute?.values]).toEqual([3, 2]);
    expect(isWithinOne(answer.addressMinute?.most, 90)).toBe(true);
    expect(isWithinOne(answer.addressSecond?.most, 31)).toBe(true);
    expect(isWithinOne(answer.sessionMinute?.most, 100)).toBe(true);
  });
});

/** Sketches are within one per cent, and these are whole numbers. */
function isWithinOne(told: number | undefined, exact: number): boolean {
  return Math.abs((told ?? 0) - exact) <= 1;
}

describe('where nothing was recorded', () => {
  test('there is nothing to go by', async () => {
    const clock = createManualClock();
    const { usage } = await fixture.open(clock);
    const period = { fromMs: clock.wallMs() - 1000, untilMs: clock.wallMs() };
    expect(await usage.limits({ period })).toMatchObject({
      calls: 0,
      shapes: [],
      cost: null,
      addressMinute: null,
    });
  });
});
