import { beforeEach, describe, expect, test } from '@jest/globals';
import { createLimits, createLoad, type Load, limitsOptions } from '../../src/limits/limits.ts';
import type { Arrival } from '../../src/model/arrival.ts';
import type { ChosenOperation, Passage } from '../../src/model/gatewayPlugin.ts';
import { anonymous } from '../support/anonymous.ts';
import { createManualClock, type ManualClock } from '../support/manualClock.ts';
import { modelOverload } from './modelOverload.ts';
import { sessionOf } from './passageFixture.ts';

const callers = {
  anonymousQuery: { method: 'GET', headers: {} },
  anonymous: { method: 'POST', headers: {} },
  signedInQuery: { method: 'GET', headers: { authorization: 'Bearer x' } },
  mayMutate: { method: 'POST', headers: { 'x-api-key': 'x' } },
};

type Caller = keyof typeof callers;
const all = Object.keys(callers) as Caller[];

describe('when there is more to do than can be done in time', () => {
  let clock: ManualClock;
  let load: Load;
  let loop: { delayMs: number; busy: number };
  let refused: unknown[];
  let admitted: Arrival[];

  beforeEach(() => {
    clock = createManualClock();
    loop = { delayMs: 10, busy: 1 };
    refused = [];
    admitted = [];
    load = createLoad({ clock, readLoop: () => loop });
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
  /** Time passes, and the loop is so late. */
  const pass = (intervals: number, delayMs = 10) => {
    plugin();
    loop = { ...loop, delayMs };
    for (let passed = 0; passed < intervals; passed += 1) clock.advance(100);
  };
  /** Two thousand have come and nobody is answered, for half a second; then so many are, in a tenth of a second. */
  const crowd = (answered = 0) => {
    for (let come = 0; come < 2000; come += 1) load.open();
    pass(4);
    for (let done = 0; done < answered; done += 1) load.record({ arrival: {} as Arrival });
    pass(1);
    for (let done = answered; done < 2000; done += 1) load.record({ arrival: {} as Arrival });
  };
  const comeMany = (count: number, caller: Caller = 'mayMutate') => {
    const made = plugin();
    return Array.from({ length: count }, () => come(caller, made)).filter(Boolean).length;
  };

  test('nobody is refused while requests are answered in time, however many there are and however busy it is', () => {
    plugin();
    for (let passed = 0; passed < 20; passed += 1) {
      for (let come = 0; come < 1000; come += 1) load.open();
      for (let done = 0; done < 1000; done += 1) load.record({ arrival: {} as Arrival });
      pass(1, 90);
    }
    expect(comeMany(1000)).toBe(1000);
  });

  test('nobody is refused while the process has time and waits for others, nor for less than half a second', () => {
    loop = { delayMs: 10, busy: 0.9 };
    for (let come = 0; come < 1000; come += 1) load.open();
    pass(20);
    expect(load.isOver).toBe(false);
    loop = { delayMs: 10, busy: 1 };
    pass(4);
    expect(load.isOver).toBe(false);
    pass(1);
    expect(load.isOver).toBe(true);
  });

  test('so many are let in as end within the time that work is to wait; when one has ended another comes', () => {
    crowd(200);
    // 200 in 100 ms are 30 within 15 ms.
    expect(load.limit).toBe(30);
    expect(comeMany(1000)).toBe(30);
    expect(refused[0]).toEqual(['limits.overload', 'enforce', 503, '1']);
    load.record({ arrival: admitted.pop() as Arrival });
    expect(comeMany(10)).toBe(1);
  });

  test('fewer are let in while work still waits, more when it does not; never fewer than a few', () => {
    crowd(200);
    pass(3, 40);
    expect(comeMany(1000)).toBe(Math.floor(30 * 0.9 ** 3));
    pass(1);
    expect(comeMany(1000)).toBeGreaterThan(0);
    for (let passed = 0; passed < 50; passed += 1) {
      comeMany(1000);
      pass(1, 40);
    }
    end();
    expect(comeMany(1000)).toBe(8);
  });

  test('anonymous queries are refused first, those who show a credential and may write last', () => {
    crowd();
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
    crowd();
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
    crowd();
    expect(comeMany(100)).toBe(8);
    end();
    pass(19);
    expect(load.isOver).toBe(true);
    pass(2);
    expect(load.isOver).toBe(false);
    expect(comeMany(1000)).toBe(1000);
  });

  test('it is counted who was refused', () => {
    crowd();
    comeMany(10, 'anonymous');
    comeMany(10, 'anonymousQuery');
    expect([...load.sheds]).toEqual([
      ['anonymous', 4],
      ['anonymousQuery', 10],
    ]);
  });

  test.each([[2], [3], [5]])(
    'at %s times of what it can do it does nine tenths of that, and refuses within 20 ms (a model of the loop)',
    (factor) => {
      const { goodShare, shedP99Ms } = modelOverload(factor);
      expect(goodShare).toBeGreaterThan(0.9);
      expect(shedP99Ms).toBeLessThan(20);
    },
  );

  test('at four fifths of what it can do nobody is refused (a model of the loop)', () => {
    expect(modelOverload(0.8)).toEqual(expect.objectContaining({ shed: 0 }));
  });

  test('nothing is refused where it is off, and only noted where it logs', () => {
    expect(plugin({ mode: 'off' })).toBeUndefined();
    crowd();
    const made = plugin({ mode: 'log' });

    for (let asked = 0; asked < 20; asked += 1) expect(come('anonymous', made)).toBe(true);
    expect(refused).toContainEqual(['limits.overload', 'log', 503, '1']);
    expect(load.sheds.size).toBe(0);
  });
});
