import { beforeEach, describe, expect, test } from '@jest/globals';
import { Breaker, type BreakerOptions, breakerOptions } from '../../src/upstream/upstream.ts';

type Fault = Parameters<Breaker['end']>[1]['fault'];

describe('the breaker of a subgraph', () => {
  let nowMs: number;
  /** Chance: the middle of the jitter unless a test says otherwise. */
  let chance: number;
  let changes: string[];
  let breaker: Breaker;
  /** How often it said that the subgraph hangs. */
  let silences: number;

  const start = (options: Partial<Record<keyof BreakerOptions, unknown>> = {}) => {
    breaker = new Breaker(breakerOptions.parse(options), {
      random: () => chance,
      onChange: (state, from) => changes.push(`${from} → ${state}`),
      onSilence: () => {
        silences += 1;
      },
    });
  };
  beforeEach(() => {
    nowMs = 1_000_000;
    chance = 0.5;
    changes = [];
    silences = 0;
    start();
  });

  const end = (ticket: number, fault: Fault, more: Partial<Parameters<Breaker['end']>[1]> = {}) =>
    breaker.end(nowMs, { ticket, fault, slow: false, ms: 5, retryAfterMs: 0, ...more });
  /** A call from beginning to end; false when it is not let through. */
  const call = (fault: Fault = null, more: Parameters<typeof end>[2] = {}): boolean => {
    if (breaker.admit(nowMs, true) === 'refused') return false;
    end(breaker.ticket, fault, more);
    return true;
  };
  const calls = (count: number, fault: Fault = null) => {
    for (let done = 0; done < count; done += 1) call(fault);
  };
  const toOpen = () => calls(10, 'timeout');
  const toHalfOpen = () => {
    toOpen();
    nowMs += 1000;
    return breaker.admit(nowMs, true);
  };
  const toRamp = () => {
    toHalfOpen();
    end(breaker.ticket, null);
    calls(2);
  };

  test('closed → open: at the call that makes it ten with half of them failed, not before', () => {
    calls(5);
    calls(4, 'status');
    expect(breaker.state).toBe('closed');
    call('reset');
    expect(breaker.state).toBe('open');
    expect(call()).toBe(false);
    expect(changes).toEqual(['closed → open']);
    expect(breaker.openings).toBe(1);
  });

  test('closed → open: at the tenth failure in a row, however many calls succeeded before', () => {
    calls(1000);
    calls(9, 'timeout');
    call();
    calls(9, 'timeout');
    expect(breaker.state).toBe('closed');
    call('timeout');
    expect(breaker.state).toBe('open');
  });

  test('stays closed with fewer than half failed, and with what failed longer ago than the window', () => {
    for (let done = 0; done < 60; done += 1) call(done < 2 || done % 2 === 0 ? null : 'timeout');
    expect(breaker.state).toBe('closed');
    call();
    nowMs += 11_000;
    calls(9, 'timeout');
    expect(breaker.state).toBe('closed');
  });

  test('closed → open: at the fifth connection in a row that could not be made; one that could begins anew', () => {
    calls(4, 'connect');
    call();
    calls(4, 'connect');
    expect(breaker.state).toBe('closed');
    call('connect');
    expect(breaker.state).toBe('open');
  });

  test('closed → open: when four of five calls take most of their timeout, though they succeed', () => {
    calls(2);
    for (let done = 0; done < 8; done += 1) call(null, { slow: true });
    expect(breaker.state).toBe('open');
  });

  test('closed → open: when ten wait and none was answered for two seconds, before any of them timed out', () => {
    call();
    for (let begun = 0; begun < 10; begun += 1) breaker.admit(nowMs, true);
    nowMs += 1999;
    expect(breaker.admit(nowMs, true)).toBe('pass');
    nowMs += 1;
    expect(breaker.admit(nowMs, true)).toBe('refused');
    expect([breaker.state, breaker.openings, silences]).toEqual(['open', 1, 1]);
  });

  test('is not opened by silence while one answer comes now and then, or fewer than ten wait', () => {
    for (let seconds = 0; seconds < 20; seconds += 1) {
      call();
      for (let begun = 0; begun < 20; begun += 1) expect(breaker.admit(nowMs, true)).toBe('pass');
      nowMs += 1900;
    }
    call();
    for (let begun = 0; begun < 10; begun += 1) {
      expect(breaker.admit(nowMs, true)).toBe('pass');
      nowMs += 1000;
    }
  });

  test('takes no silence for hanging that is not four times as long as the slowest answer, nor of one who never spoke', () => {
    for (let begun = 0; begun < 20; begun += 1) breaker.admit(nowMs, true);
    nowMs += 60_000;
    expect(breaker.admit(nowMs, true)).toBe('pass');
    call(null, { ms: 3000 });
    for (let begun = 0; begun < 20; begun += 1) breaker.admit(nowMs, true);
    nowMs += 11_999;
    expect(breaker.admit(nowMs, true)).toBe('pass');
    nowMs += 1;
    expect(breaker.admit(nowMs, true)).toBe('refused');
  });

  test('ramp → open: when those who are let through again get no answer either', () => {
    toRamp();
    chance = 0;
    for (let begun = 0; begun < 10; begun += 1) breaker.admit(nowMs, true);
    nowMs += 2000;
    expect(breaker.admit(nowMs, true)).toBe('refused');
    expect([breaker.state, breaker.openings]).toEqual(['open', 1]);
  });

  test('open → half-open: when its time is up, for a query and never for a mutation', () => {
    toOpen();
    nowMs += 999;
    expect(breaker.admit(nowMs, true)).toBe('refused');
    nowMs += 1;
    expect(breaker.admit(nowMs, false)).toBe('refused');
    expect(breaker.state).toBe('open');
    expect(breaker.admit(nowMs, true)).toBe('probe');
    expect(breaker.state).toBe('halfOpen');
    expect(breaker.admit(nowMs, true)).toBe('refused');
  });

  test('half-open → open: when the probe fails, for twice as long, up to the longest', () => {
    start({ open: '1s', maxOpen: '3s' });
    toHalfOpen();
    end(breaker.ticket, 'connect');
    expect(breaker.state).toBe('open');
    for (const periodMs of [2000, 3000, 3000]) {
      nowMs += periodMs - 1;
      expect(breaker.admit(nowMs, true)).toBe('refused');
      nowMs += 1;
      expect(breaker.admit(nowMs, true)).toBe('probe');
      end(breaker.ticket, 'connect');
    }
    expect(breaker.openings).toBe(1);
  });

  test('half-open → ramp: after three probes one after the other', () => {
    toHalfOpen();
    end(breaker.ticket, null);
    call();
    expect(breaker.state).toBe('halfOpen');
    call();
    expect(breaker.state).toBe('ramp');
    expect(changes).toEqual(['closed → open', 'open → halfOpen', 'halfOpen → ramp']);
  });

  test('ramp → closed: a tenth of the calls at first, all after five seconds', () => {
    toRamp();
    chance = 0.09;
    expect(call()).toBe(true);
    chance = 0.11;
    expect(call()).toBe(false);
    nowMs += 2500;
    chance = 0.54;
    expect(call()).toBe(true);
    chance = 0.56;
    expect(call()).toBe(false);
    nowMs += 2500;
    chance = 0.999;
    expect(call()).toBe(true);
    expect(breaker.state).toBe('closed');
    calls(8, 'timeout');
    expect(breaker.state).toBe('closed');
  });

  test('ramp → open: when three calls fail, and half of what was let through', () => {
    toRamp();
    chance = 0;
    calls(4);
    calls(3, 'timeout');
    expect(breaker.state).toBe('ramp');
    call('timeout');
    expect(breaker.state).toBe('open');
    // It never closed, so this is the same opening.
    expect(breaker.openings).toBe(1);
  });

  test('a probe that does not come back gives way to another after its time, and counts no more', () => {
    toHalfOpen();
    const hanging = breaker.ticket;
    nowMs += 999;
    expect(breaker.admit(nowMs, true)).toBe('refused');
    nowMs += 1;
    expect(breaker.admit(nowMs, true)).toBe('probe');
    end(hanging, 'timeout');
    expect(breaker.state).toBe('halfOpen');
    end(breaker.ticket, null);
    calls(2);
    expect(breaker.state).toBe('ramp');
  });

  test('a probe that was given up by its client lets the next one through at once', () => {
    toHalfOpen();
    breaker.forget(breaker.ticket);
    expect(breaker.admit(nowMs, true)).toBe('probe');
  });

  test('calls that were let through before it opened are not counted when they end', () => {
    breaker.admit(nowMs, true);
    const before = breaker.ticket;
    toHalfOpen();
    end(before, null);
    end(before, 'timeout');
    expect(breaker.state).toBe('halfOpen');
  });

  test('stays open as long as the subgraph asks to be left alone, but half a minute at most', () => {
    calls(9, 'status');
    call('status', { retryAfterMs: 8000 });
    nowMs += 7999;
    expect(breaker.admit(nowMs, true)).toBe('refused');
    nowMs += 1;
    expect(breaker.admit(nowMs, true)).toBe('probe');
    end(breaker.ticket, 'status', { retryAfterMs: 3_600_000 });
    nowMs += 29_999;
    expect(breaker.admit(nowMs, true)).toBe('refused');
    nowMs += 1;
    expect(breaker.admit(nowMs, true)).toBe('probe');
  });

  test('stays open for a fifth less or more, so that gateways do not come back all at once', () => {
    for (const [drawn, periodMs] of [
      [0, 800],
      [1, 1200],
    ] as const) {
      start();
      chance = drawn;
      toOpen();
      nowMs += periodMs - 1;
      expect(breaker.admit(nowMs, true)).toBe('refused');
      nowMs += 1;
      expect(breaker.admit(nowMs, true)).toBe('probe');
    }
  });

  test('a subgraph that flaps every three seconds opens it once, for it never gets to close', () => {
    const startMs = nowMs;
    let asked = 0;
    while (nowMs - startMs < 60_000) {
      const isDown = Math.floor((nowMs - startMs) / 3000) % 2 === 0;
      if (call(isDown ? 'connect' : null)) asked += 1;
      chance = (chance * 7 + 0.31) % 1;
      nowMs += 5;
    }
    expect(breaker.openings).toBeLessThanOrEqual(6);
    expect(asked).toBeGreaterThan(100);
  });
});
