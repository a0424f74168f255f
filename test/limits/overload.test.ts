import { beforeEach, describe, expect, test } from '@jest/globals';
import { createLimits, createLoad, type Load, limitsOptions } from '../../src/limits/limits.ts';
import type { Arrival } from '../../src/model/arrival.ts';
import type { ChosenOperation, Passage } from '../../src/model/gatewayPlugin.ts';
import { anonymous } from '../support/anonymous.ts';
import { createManualClock, type ManualClock } from '../support/manualClock.ts';
import { sessionOf } from './passageFixture.ts';

const callers = {
  anonymousQuery: { method: 'GET', headers: {} },
  anonymous: { method: 'POST', headers: {} },
  signedInQuery: { method: 'GET', headers: { authorization: 'Bearer x' } },
  mayMutate: { method: 'POST', headers: { 'x-api-key': 'x' } },
};

type Caller = keyof typeof callers;
const all = Object.keys(callers) as Caller[];

describe('when the event loop keeps work waiting', () => {
  let clock: ManualClock;
  let load: Load;
  let delayMs: number;
  let refused: unknown[];
  let admitted: Arrival[];

  beforeEach(() => {
    clock = createManualClock();
    delayMs = 0;
    refused = [];
    admitted = [];
    load = createLoad({ clock, readDelay: () => delayMs });
  });

  const plugin = (overload: object = {}) => {
    const counters = {} as Parameters<typeof createLimits>[1]['counters'];
    const options = limitsOptions.parse({ overload });
    const [made] = createLimits(options, { counters, load, random: () => 0.5, clock }).overload;
    return made;
  };
  const passage = (arrival: object): Passage => ({
    arrival: arrival as Passage['arrival'],
    refuse(rule, refusal) {
      refused.push([rule.setting, rule.mode, refusal.status, refusal.headers['retry-after']]);
      if (rule.mode === 'enforce') throw refusal;
    },
    addHeader: () => undefined,
    decided: () => undefined,
  });
  /** A request comes, and stays when it is let in; false when it is not. */
  const come = (caller: Caller = 'mayMutate', made = plugin()): boolean => {
    const arrival = { ...callers[caller] } as Arrival;
    load.open();
    try {
      made?.admit?.(passage(arrival));
      admitted.push(arrival);
      return true;
    } catch {
      load.record({ arrival });
      return false;
    }
  };
  const end = () => {
    for (const arrival of admitted.splice(0)) load.record({ arrival });
  };
  const pass = (intervals: number, ms: number) => {
    plugin();
    delayMs = ms;
    for (let passed = 0; passed < intervals; passed += 1) clock.advance(100);
  };
  const comeMany = (count: number, caller: Caller = 'mayMutate') => {
    const made = plugin();
    return Array.from({ length: count }, () => come(caller, made)).filter(Boolean).length;
  };

  test('nobody is refused for one pause, nor for four, nor for a delay that clients who wait make', () => {
    pass(4, 1000);
    pass(1, 0);
    pass(4, 1000);
    pass(50, 90);
    expect(comeMany(1000)).toBe(1000);
  });

  test('so many are let in as end within the time that work is to wait; when one has ended another comes', () => {
    comeMany(1000);
    pass(4, 1000);
    end();
    pass(1, 1000);
    // 1,000 ended in 100 ms: 150 within 15 ms.
    expect(load.limit).toBe(150);
    expect(comeMany(1000)).toBe(150);
    expect(refused[0]).toEqual(['limits.overload', 'enforce', 503, '1']);
    load.record({ arrival: admitted.pop() as Arrival });
    expect(comeMany(10)).toBe(1);
  });

  test('fewer are let in while work still waits, more when it does not; never fewer than a few', () => {
    comeMany(1000);
    pass(4, 1000);
    end();
    pass(1, 1000);
    pass(3, 40);
    expect(comeMany(1000)).toBe(Math.floor(150 * 0.8 ** 3));
    pass(1, 10);
    expect(comeMany(1000)).toBeGreaterThan(0);
    for (let passed = 0; passed < 50; passed += 1) {
      comeMany(1000);
      pass(1, 40);
    }
    end();
    expect(comeMany(1000)).toBe(8);
  });

  test('anonymous queries are refused first, those who show a credential and may write last', () => {
    pass(5, 1000);
    const order = [...all].map((caller): [Caller, number] => [caller, comeMany(100, caller)]);
    // Of eight places, each takes what those below left: 5, 6, 7 and 8 of them are filled.
    expect(order).toEqual([
      ['anonymousQuery', 5],
      ['anonymous', 1],
      ['signedInQuery', 1],
      ['mayMutate', 1],
    ]);
  });

  test('a query that came by POST is refused once it is known to be one; a mutation is not', () => {
    pass(5, 1000);
    comeMany(100);
    const operate = (kind: 'query' | 'mutation', session = sessionOf()) =>
      plugin()?.operation?.(passage(callers.mayMutate), { operation: { kind }, session } as ChosenOperation);
    refused = [];
    void operate('mutation');
    void operate('query', anonymous);
    expect(refused).toEqual([]);
    expect(() => operate('query')).toThrow('more work than it can do');
    expect(refused).toEqual([['limits.overload', 'enforce', 503, '1']]);
  });

  test('nobody is refused any more two seconds after there were too many', () => {
    pass(5, 1000);
    expect(comeMany(100)).toBe(8);
    end();
    pass(19, 10);
    expect(load.isOver).toBe(true);
    pass(2, 10);
    expect(load.isOver).toBe(false);
    expect(comeMany(1000)).toBe(1000);
  });

  test('it is counted who was refused', () => {
    pass(5, 1000);
    comeMany(10, 'anonymous');
    comeMany(10, 'anonymousQuery');
    expect([...load.sheds]).toEqual([
      ['anonymous', 4],
      ['anonymousQuery', 10],
    ]);
  });

  test('nothing is refused where it is off, and only noted where it logs', () => {
    expect(plugin({ mode: 'off' })).toBeUndefined();
    pass(5, 1000);
    const made = plugin({ mode: 'log' });
    for (let asked = 0; asked < 20; asked += 1) expect(come('anonymous', made)).toBe(true);
    expect(refused).toContainEqual(['limits.overload', 'log', 503, '1']);
    expect(load.sheds.size).toBe(0);
  });
});
