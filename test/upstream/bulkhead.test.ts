import { beforeEach, describe, expect, test } from '@jest/globals';
import { Bulkhead, concurrencyOptions } from '../../src/upstream/upstream.ts';
import { createManualClock, type ManualClock } from '../support/manualClock.ts';

describe('the places of a subgraph', () => {
  let clock: ManualClock;
  let bulkhead: Bulkhead;

  const start = (options: object = {}) => {
    clock = createManualClock();
    bulkhead = new Bulkhead('words', { ...concurrencyOptions.parse(options), max: 64 }, clock);
  };
  beforeEach(() => start());

  const never = new AbortController().signal;
  /** Waits for a place; says how that ended. */
  const wait = () =>
    bulkhead.wait({ signal: never, deadlineMs: clock.monotonicMs() + 60_000 }).then(
      () => 'entered',
      (failure: { code: string }) => failure.code,
    );
  const fill = () => {
    let entered = 0;
    while (bulkhead.enter()) entered += 1;
    return entered;
  };
  const leave = (ms: number | null = null) => bulkhead.leave(clock.monotonicMs(), ms);
  /** A second of answers that take so long, with all places taken. */
  const second = (ms: number) => {
    for (let answered = 0; answered < 20; answered += 1) {
      fill();
      leave(ms);
    }
    clock.advance(1000);
  };

  test('are as many as there may be while answers take as long as ever', () => {
    for (let passed = 0; passed < 30; passed += 1) second(passed % 2 === 0 ? 5 : 8);
    expect(bulkhead.limit).toBe(64);
  });

  test('become fewer while answers take much longer than usual, never fewer than the least, and more again', () => {
    for (let passed = 0; passed < 10; passed += 1) second(5);
    const limits = Array.from({ length: 12 }, () => {
      second(2000);
      return bulkhead.limit;
    });
    expect(limits).toEqual([...limits].sort((a, b) => b - a));
    expect(limits.at(-1)).toBeLessThan(40);
    expect(Math.min(...limits)).toBeGreaterThanOrEqual(8);
    while (bulkhead.inFlight > 0) leave();
    for (let passed = 0; passed < 60; passed += 1) second(5);
    expect(bulkhead.limit).toBe(64);
  });

  test('stay as many while few of them are taken, however long answers take', () => {
    for (let passed = 0; passed < 10; passed += 1) second(5);
    while (bulkhead.inFlight > 0) leave();
    for (let passed = 0; passed < 20; passed += 1) {
      for (let answered = 0; answered < 20; answered += 1) {
        bulkhead.enter();
        leave(2000);
      }
      clock.advance(1000);
    }
    // One step, for the second in which the crowd left.
    expect(bulkhead.limit).toBeGreaterThan(56);
  });

  test('stay as many where nothing is to be learned', () => {
    start({ adapt: false });
    for (let passed = 0; passed < 10; passed += 1) second(5);
    for (let passed = 0; passed < 10; passed += 1) second(2000);
    expect(bulkhead.limit).toBe(64);
  });

  test('are waited for by a burst for a second, and by those behind a queue that stands a tenth of that', async () => {
    fill();
    const burst = wait();
    clock.advance(999);
    const behind = wait();
    clock.advance(1);
    expect(await burst).toBe('SUBGRAPH_OVERLOADED');
    clock.advance(500);
    const late = wait();
    clock.advance(99);
    const others = Promise.race([late, Promise.resolve('still waits')]);
    expect(await others).toBe('still waits');
    clock.advance(1);
    expect(await late).toBe('SUBGRAPH_OVERLOADED');
    leave();
    expect(await behind).toBe('entered');
    expect(bulkhead.queued).toBe(0);
  });

  test('need not be waited for by anybody once the breaker is open', async () => {
    const places = fill();
    const waiting = [wait(), wait(), wait()];
    bulkhead.letAllIn();
    expect(await Promise.all(waiting)).toEqual(['entered', 'entered', 'entered']);
    expect(bulkhead.inFlight).toBe(places + 3);
    for (let left = 0; left < 4; left += 1) leave();
    expect(bulkhead.enter()).toBe(true);
    expect(bulkhead.enter()).toBe(false);
  });
});
