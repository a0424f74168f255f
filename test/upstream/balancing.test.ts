import { beforeEach, describe, expect, test } from '@jest/globals';
import type { InstanceAddress } from '../../src/model/instanceAddress.ts';
import type { CallFault } from '../../src/model/subgraphCall.ts';
import { balanceOptions, ejectionOptions, type Instance, Instances } from '../../src/upstream/upstream.ts';

/** Repeatable chance (mulberry32). */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

/** 1, 2, 3 and so on. */
function counter(): () => number {
  let count = 0;
  return () => {
    count += 1;
    return count;
  };
}

const at = (name: string, more: Partial<InstanceAddress> = {}): InstanceAddress => ({
  url: `http://${name}/`,
  weight: 1,
  zone: null,
  ...more,
});

describe('of the instances of a subgraph', () => {
  let nowMs: number;
  let instances: Instances;
  let ejected: string[];
  let removed: string[];

  const start = (addresses: readonly InstanceAddress[], balance: object = {}, ejection: object = {}) => {
    ejected = [];
    removed = [];
    instances = new Instances(
      { balance: balanceOptions.parse(balance), ejection: ejectionOptions.parse(ejection) },
      {
        random: seeded(7),
        onEject: ({ name }) => void ejected.push(name),
        onRemove: ({ name }) => void removed.push(name),
      },
    );
    instances.set(addresses, nowMs);
  };
  beforeEach(() => {
    nowMs = 1_000_000;
  });

  const pick = (except: Instance | null = null): Instance => {
    const picked = instances.pick(nowMs, except);
    if (!picked) throw new Error('There is no instance');
    return picked;
  };
  const finish = (instance: Instance, ms: number, fault: CallFault | null = null) =>
    instances.noteEnd(instance, { nowMs, ms, fault });
  /** Calls one after the other; how often each was called. */
  const calls = (count: number, outcome: (name: string) => CallFault | null = () => null) => {
    const counts: Record<string, number> = {};
    for (let done = 0; done < count; done += 1) {
      const instance = pick();
      counts[instance.name] = (counts[instance.name] ?? 0) + 1;
      instance.begin();
      nowMs += 1;
      finish(instance, 5, outcome(instance.name));
    }
    return counts;
  };
  const share = (counts: Record<string, number>, name: string) =>
    (counts[name] ?? 0) / Object.values(counts).reduce((sum, count) => sum + count, 0);

  test.each(['leastLoad', 'roundRobin'])('weights of 3 to 1 give three quarters of the calls (%s)', (by) => {
    start([at('heavy', { weight: 3 }), at('light')], { by });
    expect(Math.abs(share(calls(10_000), 'heavy') - 0.75)).toBeLessThan(0.02);
  });

  test('each gets its turn, the turns of a heavy one spread among the others', () => {
    start([at('a', { weight: 2 }), at('b'), at('c')], { by: 'roundRobin' });
    const names = Array.from({ length: 8 }, () => pick().name);
    expect(names.join('')).toBe('abcaabca');
  });

  test('one whose calls do not come back gets hardly any more', () => {
    start([at('stuck'), at('a'), at('b')]);
    const counts: Record<string, number> = {};
    for (let done = 0; done < 1000; done += 1) {
      const instance = pick();
      counts[instance.name] = (counts[instance.name] ?? 0) + 1;
      instance.begin();
      nowMs += 1;
      if (instance.name !== 'stuck') finish(instance, 5);
    }
    expect(counts.stuck).toBeLessThan(20);
  });

  test('one that is ten times slower gets less than its share, and is not forgotten', () => {
    start([at('slow'), at('fast')]);
    const underWay: { instance: Instance; dueMs: number }[] = [];
    const counts: Record<string, number> = {};
    for (let done = 0; done < 20_000; done += 1) {
      nowMs += 1;
      for (const each of underWay.filter(({ dueMs }) => dueMs <= nowMs)) {
        underWay.splice(underWay.indexOf(each), 1);
        finish(each.instance, each.instance.name === 'slow' ? 50 : 5);
      }
      const instance = pick();
      counts[instance.name] = (counts[instance.name] ?? 0) + 1;
      instance.begin();
      underWay.push({ instance, dueMs: nowMs + (instance.name === 'slow' ? 50 : 5) });
    }
    expect(share(counts, 'slow')).toBeLessThan(0.25);
    expect(share(counts, 'slow')).toBeGreaterThan(0.001);
  });

  test('those of the own zone are called, the others only when half of it is ill', () => {
    const zone = { zone: 'here' };
    start([at('h1', zone), at('h2', zone), at('h3', zone), at('t1', { zone: 'there' }), at('t2')], {
      by: 'roundRobin',
      zone: 'here',
    });
    expect(Object.keys(calls(300)).sort()).toEqual(['h1', 'h2', 'h3']);
    calls(400, (name) => (name === 'h1' ? 'reset' : null));
    expect(ejected).toEqual(['h1']);
    expect(Object.keys(calls(300)).sort()).toEqual(['h2', 'h3']);
    calls(400, (name) => (name === 'h2' ? 'reset' : null));
    expect(Object.keys(calls(400)).sort()).toEqual(['h3', 't1', 't2']);
  });

  test('one that comes later starts slowly', () => {
    start([at('old')]);
    calls(100);
    instances.set([at('old'), at('new')], nowMs);
    const early = calls(1000);
    expect(share(early, 'new')).toBeLessThan(0.2);
    nowMs += 10_000;
    expect(Math.abs(share(calls(4000), 'new') - 0.5)).toBeLessThan(0.05);
  });

  test('one that fails five times in a row is left out for five seconds, then longer after a single failure', () => {
    start([at('a'), at('ill')], { by: 'roundRobin' }, { time: '5s' });
    const fails = (name: string) => (name === 'ill' ? 'connect' : null);
    calls(100, fails);
    expect(ejected).toEqual(['ill']);
    const outMs = () => (instances.all.find(({ name }) => name === 'ill')?.ejectedUntilMs ?? 0) - nowMs;
    expect(outMs()).toBeLessThanOrEqual(6000);
    expect(calls(100).ill).toBeUndefined();
    nowMs += 6000;
    calls(200, fails);
    expect(ejected).toEqual(['ill', 'ill']);
    expect(outMs()).toBeGreaterThan(7000);
  });

  test('of two that both fail one stays in, and the only one always', () => {
    start([at('a'), at('b')]);
    calls(100, () => 'status');
    expect(ejected).toHaveLength(1);
    start([at('only')]);
    expect(calls(100, () => 'status')).toEqual({ only: 100 });
    expect(ejected).toEqual([]);
  });

  test('when more than half are ill all are called', () => {
    start(['a', 'b', 'c'].map((name) => at(name)));
    for (const instance of instances.all) instance.isWell = instance.name === 'a';
    instances.refresh(nowMs);
    expect(Object.keys(calls(300)).sort()).toEqual(['a', 'b', 'c']);
    for (const instance of instances.all) instance.isWell = instance.name !== 'c';
    instances.refresh(nowMs);
    expect(Object.keys(calls(300)).sort()).toEqual(['a', 'b']);
  });

  test('of three or more, one that fails nine of ten calls is left out though it never fails five times in a row', () => {
    start(
      ['a', 'b', 'ill'].map((name) => at(name)),
      { by: 'roundRobin' },
      { failures: 100 },
    );
    const next = counter();
    calls(5000, (name) => (name === 'ill' && next() % 10 !== 0 ? 'status' : null));
    nowMs += 10_000;
    calls(3, () => null);
    expect(ejected).toContain('ill');
  });

  test('of five or more, one that is far worse than the others is left out', () => {
    start(
      ['a', 'b', 'c', 'd', 'e', 'ill'].map((name) => at(name)),
      { by: 'roundRobin' },
      { failures: 100 },
    );
    const next = counter();
    calls(12_000, (name) => (name === 'ill' && next() % 3 === 0 ? 'status' : null));
    expect(ejected).toContain('ill');
    expect(new Set(ejected).size).toBe(1);
  });

  test('another one is tried again, also when it is the one that is left out', () => {
    start([at('a'), at('b')]);
    for (let done = 0; done < 50; done += 1) {
      const first = pick();
      expect(pick(first)).not.toBe(first);
    }
    calls(100, (name) => (name === 'b' ? 'reset' : null));
    expect(pick().name).toBe('a');
    expect(pick(pick()).name).toBe('b');
  });

  test('who stays keeps what is known of it; who goes is told', () => {
    start([at('a'), at('b')]);
    calls(100, (name) => (name === 'b' ? 'reset' : null));
    instances.set([at('b', { weight: 2 }), at('c')], nowMs);
    expect(removed).toEqual(['a']);
    expect(instances.all.map(({ name, failures, weight }) => [name, failures > 0, weight])).toEqual([
      ['b', true, 2],
      ['c', false, 1],
    ]);
  });
});
