import { describe, expect, test } from '@jest/globals';
import { systemClock } from '../../src/base/clock.ts';
import { asked, bomb, forever, inSupergraph, planningWith, supergraphOf } from './planningFixture.ts';

const ordinary = '{ country(code: "CH") { name } }';

describe('plans that wait', () => {
  test('equal plans asked at once are one plan; other names, documents and labels are not', async () => {
    const planning = planningWith();
    const document = 'query A { __typename } query B { country(code: "CH") { name } }';
    const a = asked(document, { operationName: 'A' });
    const [first, same, unnamedLabel, other] = await Promise.all([
      planning.plan(a, forever),
      planning.plan({ ...a }, forever),
      planning.plan({ ...a, overrides: new Map([['off', false]]) }, forever),
      planning.plan({ ...a, operationName: 'B' }, forever),
    ]);
    expect(same).toBe(first);
    expect(unnamedLabel).toBe(first);
    expect(other).not.toEqual(first);
  });

  test('one of two who ask for the same plan leaves, the other gets it', async () => {
    const planning = planningWith();
    const leaving = new AbortController();
    const left = planning.plan(asked(ordinary), leaving.signal);
    const stayed = planning.plan(asked(ordinary), forever);
    leaving.abort(new Error('gone'));
    await expect(left).rejects.toThrow('gone');
    await expect(stayed).resolves.toMatchObject({ plan: { kind: 'QueryPlan' } });
  });

  test('beyond the bound OVERLOADED says when to come back; warm-ups and equal plans do not count', async () => {
    const planning = planningWith({ maxQueued: 2 });
    const warm = asked('{ w: __typename }', { priority: 'warm' });
    const waiting = ['a', 'b', 'c'].map((name) => planning.plan(asked(`{ ${name}: __typename }`), forever));
    waiting.push(planning.plan(warm, forever), planning.plan(asked('{ c: __typename }'), forever));
    await expect(planning.plan(asked('{ d: __typename }'), forever)).rejects.toMatchObject({
      code: 'OVERLOADED',
      status: 503,
      headers: { 'Retry-After': '1' },
    });
    for (const plan of waiting) await expect(plan).resolves.toMatchObject({ plan: { kind: 'QueryPlan' } });
  });

  test('those who left free their places', async () => {
    const planning = planningWith({ maxQueued: 1 });
    const leaving = new AbortController();
    const first = planning.plan(asked('{ a: __typename }'), forever);
    const left = planning.plan(asked('{ b: __typename }'), leaving.signal);
    leaving.abort(new Error('gone'));
    await expect(left).rejects.toThrow('gone');
    const next = planning.plan(asked('{ c: __typename }'), forever);
    await expect(Promise.all([first, next])).resolves.toHaveLength(2);
  });

  test('a warm-up waits for every request', async () => {
    const planning = planningWith();
    const order: string[] = [];
    const ask = async (name: string, priority: 'request' | 'warm') => {
      await planning.plan(asked(`{ ${name}: __typename }`, { priority }), forever);
      order.push(name);
    };
    const warm = ['w1', 'w2', 'w3'].map((name) => ask(name, 'warm'));
    await Promise.all([...warm, ...['r1', 'r2'].map((name) => ask(name, 'request'))]);
    // The first warm-up found a free thread: nothing else had been asked.
    const later = order.filter((name) => name !== 'w1');
    expect(later[0]).toBe('r1');
    expect(later.at(-1)).toBe('w3');
  });

  test('a warm-up that a request asks for too is planned as a request', async () => {
    const planning = planningWith();
    const order: string[] = [];
    const ask = async (name: string, priority: 'request' | 'warm') => {
      await planning.plan(asked(`{ ${name}: __typename }`, { priority }), forever);
      order.push(`${name} ${priority}`);
    };
    const plans = ['w1', 'w2', 'w3', 'w4', 'w5', 'w6'].map((name) => ask(name, 'warm'));
    await Promise.all([...plans, ask('w6', 'request')]);
    expect(order.indexOf('w6 request')).toBeLessThan(order.indexOf('w4 warm'));
  });
});

describe('documents that overrun', () => {
  test('are refused at once for a minute, by supergraph, document and operation', async () => {
    let nowMs = 0;
    const clock = { ...systemClock, monotonicMs: () => nowMs };
    const planning = planningWith({ timeout: '200ms' }, clock);
    const overrunning = asked(`${bomb(14)} query Small { __typename }`.replace('{', 'query Big {'), {
      operationName: 'Big',
    });
    const refused = { code: 'QUERY_PLANNING_TIMEOUT', message: expect.stringContaining('200 ms') };
    const refusedAtOnce = {
      code: 'QUERY_PLANNING_TIMEOUT',
      message: expect.stringContaining('a moment ago'),
    };

    await expect(planning.plan(overrunning, forever)).rejects.toMatchObject(refused);
    await expect(planning.plan(overrunning, forever)).rejects.toMatchObject(refusedAtOnce);
    await expect(planning.plan({ ...overrunning, operationName: 'Small' }, forever)).resolves.toMatchObject({
      plan: { kind: 'QueryPlan' },
    });
    nowMs = 59_999;
    await expect(planning.plan(overrunning, forever)).rejects.toMatchObject(refusedAtOnce);
    nowMs = 60_000;
    await expect(planning.plan(overrunning, forever)).rejects.toMatchObject(refused);
  });

  test('do not hold up others: twenty take 2 s each, an ordinary one among them waits for none', async () => {
    const planning = planningWith({ timeout: '2s', workers: 1 });
    await planning.plan(asked('{ __typename }'), forever);
    const leaving = new AbortController();
    const overrunning = Array.from({ length: 20 }, (_, i) =>
      planning.plan(asked(bomb(14, `C${i}`)), leaving.signal),
    );
    let overran = 0;
    const count = () => {
      overran += 1;
    };
    const outcomes = Promise.all(overrunning.map((plan) => plan.catch(count)));
    await planning.plan(asked(ordinary), forever);
    // It waits for a slice, a thread and its planner; on a busy machine one document's time passes with that.
    expect(overran).toBeLessThanOrEqual(2);
    leaving.abort(new Error('gone'));
    await outcomes;
  });

  test('one that is over its slice goes on when nobody waits, and later makes way without being lost', async () => {
    const planning = planningWith({ timeout: '60s', workers: 1 });
    const long = planning.plan(asked(bomb(9)), forever);
    const longer = planning.plan(asked(bomb(10)), forever);
    const short = planning.plan(asked(ordinary), forever);
    await expect(short).resolves.toMatchObject({ plan: { node: { serviceName: 'countries' } } });
    await expect(long).resolves.toMatchObject({ plan: { kind: 'QueryPlan' } });
    await expect(longer).resolves.toMatchObject({ plan: { kind: 'QueryPlan' } });
  });

  test('the planner of a supergraph to come is built on a thread of its own', async () => {
    const planning = planningWith();
    const next = inSupergraph(supergraphOf({ only: 'type Query { only: Int }' }));
    await planning.plan(asked(ordinary), forever);
    const [warm, request] = await Promise.all([
      planning.plan(asked('{ only }', { ...next, priority: 'warm' }), forever),
      planning.plan(asked('{ country(code: "CH") { code } }'), forever),
    ]);
    expect(warm.text).toContain('only');
    expect(request.text).toContain('countries');
  });
});
