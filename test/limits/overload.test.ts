import { beforeEach, describe, expect, test } from '@jest/globals';
import { createLimits, createLoad, type Load, limitsOptions } from '../../src/limits/limits.ts';
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

describe('when the event loop keeps work waiting', () => {
  let clock: ManualClock;
  let load: Load;
  let delayMs: number;
  let chance: number;

  beforeEach(() => {
    clock = createManualClock();
    delayMs = 0;
    chance = 0.5;
    load = createLoad({ clock, readDelay: () => delayMs });
  });

  const plugin = (overload: object = {}) => {
    const counters = {} as Parameters<typeof createLimits>[1]['counters'];
    const options = limitsOptions.parse({ overload });
    const [made] = createLimits(options, { counters, load, random: () => chance, clock }).overload;
    return made;
  };
  const passage = (arrival: object, refused: unknown[] = []): Passage => ({
    arrival: arrival as Passage['arrival'],
    refuse(rule, refusal) {
      refused.push([rule.setting, rule.mode, refusal.status, refusal.headers['retry-after']]);
    },
    addHeader: () => undefined,
    decided: () => undefined,
  });
  const isShed = (caller: keyof typeof callers, made = plugin()) => {
    const refused: unknown[] = [];
    made?.admit?.(passage(callers[caller], refused));
    return refused.length > 0;
  };
  const shedNow = () => (Object.keys(callers) as (keyof typeof callers)[]).filter((caller) => isShed(caller));
  const late = (intervals: number) => {
    delayMs = 1000;
    plugin();
    for (let passed = 0; passed < intervals; passed += 1) clock.advance(100);
  };

  test('nobody is refused for one pause, nor for two', () => {
    late(2);
    expect(shedNow()).toEqual([]);
    delayMs = 0;
    clock.advance(100);
    late(2);
    expect(shedNow()).toEqual([]);
  });

  test('anonymous queries are refused first, those who show a credential and may write last', () => {
    late(4);
    expect(shedNow()).toEqual(['anonymousQuery']);
    late(3);
    expect(shedNow()).toEqual(['anonymousQuery', 'anonymous']);
    late(2);
    expect(shedNow()).toEqual(['anonymousQuery', 'anonymous', 'signedInQuery']);
    late(3);
    expect(shedNow()).toEqual(['anonymousQuery', 'anonymous', 'signedInQuery', 'mayMutate']);
  });

  test('a query that came by POST is refused once it is known to be one; a mutation is not', () => {
    late(9);
    const refused: unknown[] = [];
    const operate = (kind: 'query' | 'mutation', session = sessionOf()) =>
      plugin()?.operation?.(passage(callers.mayMutate, refused), {
        operation: { kind },
        session,
      } as ChosenOperation);
    void operate('mutation');
    void operate('query', anonymous);
    expect(refused).toEqual([]);
    void operate('query');
    expect(refused).toEqual([['limits.overload', 'enforce', 503, '1']]);
  });

  test('nobody is refused any more five seconds after it is over', () => {
    late(20);
    delayMs = 0;
    for (let passed = 0; passed < 50; passed += 1) clock.advance(100);
    expect(shedNow()).toEqual([]);
  });

  test('nothing is refused where it is off', () => {
    expect(plugin({ mode: 'off' })).toBeUndefined();
  });
});
