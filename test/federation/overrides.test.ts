import { afterAll, describe, expect, test } from '@jest/globals';
import type { Random } from '../../src/base/random.ts';
import type { Log } from '../../src/model/log.ts';
import { createPlanning, planningOptions } from '../../src/planning/planning.ts';
import { silentLog } from '../support/silentLog.ts';
import { engineUnderTest } from './engineUnderTest.ts';
import { fixtureFederation } from './fixture.ts';

const planning = createPlanning(planningOptions.parse({ timeout: '60s' }));
afterAll(() => planning.close());

const requests = 1000;

/** A field for each label, all moving from the subgraph `old` to the subgraph `next`; each says where it came from. */
function movingFields(labels: readonly string[]) {
  const names = labels.map((_, index) => `f${index}`);
  const fields = names.map((name) => `${name}: String`).join(' ');
  const moved = names.map(
    (name, index) => `${name}: String @override(from: "old", label: "${labels[index]}")`,
  );
  return fixtureFederation({
    sdl: {
      old: `type Query { thing: Thing } type Thing @key(fields: "id") { id: ID! ${fields} }`,
      next: `type Thing @key(fields: "id") { id: ID! ${moved.join(' ')} }`,
    },
    entities: { Thing: [{ id: '1' }] },
    fields: {
      'Query.thing': () => ({ id: '1' }),
      ...Object.fromEntries(
        names.map((name) => [
          `Thing.${name}`,
          (_parent: unknown, _args: unknown, subgraph: unknown) => subgraph,
        ]),
      ),
    },
  });
}

/** How many of the requests `next` answered each label's field of, and how many plans that took. */
async function answeredByNext(
  labels: readonly string[],
  { random, log = silentLog }: { random: Random; log?: Log },
) {
  let plans = 0;
  const engine = await engineUnderTest(movingFields(labels), {
    kind: 'compiled',
    planning: {
      plan(request, signal) {
        plans += 1;
        return planning.plan(request, signal);
      },
    },
    random,
    log,
  });
  const counts = new Map(labels.map((label) => [label, 0]));
  const text = `{ thing { ${labels.map((_, index) => `f${index}`).join(' ')} } }`;
  for (let sent = 0; sent < requests; sent += 1) {
    const { data, errors } = await engine.execute({ text, variables: {} });
    expect(errors).toBeUndefined();
    const thing = (data as { thing: Record<string, string> }).thing;
    for (const [index, label] of labels.entries())
      if (thing[`f${index}`] === 'next') counts.set(label, (counts.get(label) ?? 0) + 1);
  }
  await engine.dispose();
  return { counts: Object.fromEntries(counts), plans };
}

/** Every thousandth once, in no order. */
function everyThousandth(): Random {
  let drawn = 0;
  return () => {
    drawn = (drawn + 617) % requests;
    return (drawn + 0.5) / requests;
  };
}

/** The generator mulberry32: the same numbers for the same seed. */
function seeded(seed: number): Random {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

describe('progressive @override', () => {
  test('percent(n) holds for n of a hundred requests; labels that others decide hold never', async () => {
    const labels = ['percent(20)', 'percent(50)', 'percent(0.5)', 'percent(0)', 'percent(100)', 'beta'];
    const { counts, plans } = await answeredByNext(labels, { random: everyThousandth() });
    expect(counts).toEqual({
      'percent(20)': 200,
      'percent(50)': 500,
      'percent(0.5)': 5,
      'percent(0)': 0,
      'percent(100)': 1000,
      beta: 0,
    });
    // One for each set of labels that hold together: 0.5, 20 and 50 divide the requests into four parts.
    expect(plans).toBe(4);
  });

  test('each request draws its own number', async () => {
    const replay = seeded(7);
    const expected = Array.from({ length: requests }, () => replay() < 0.3).filter(Boolean).length;
    const { counts } = await answeredByNext(['percent(30)'], { random: seeded(7) });
    expect(counts).toEqual({ 'percent(30)': expected });
    expect(Math.abs(expected - 300)).toBeLessThan(50);
  });

  test('where nothing is left to chance no number is drawn', async () => {
    const random = () => {
      throw new Error('Nothing is to be drawn');
    };
    expect(await answeredByNext(['percent(100)', 'beta'], { random })).toEqual({
      counts: { 'percent(100)': requests, beta: 0 },
      plans: 1,
    });
  });

  test('with very many percents operations are planned few times; no label holds more often than it says, and the log tells', async () => {
    const labels = Array.from({ length: 30 }, (_, index) => `percent(${index * 3 + 1})`);
    const lines: object[] = [];
    const log = { ...silentLog, warn: (fields: object) => void lines.push(fields) };
    const { counts, plans } = await answeredByNext(labels, { random: everyThousandth(), log });
    expect(plans).toBe(8);
    const [told] = lines as [{ holds: Record<string, number> }];
    expect(lines).toHaveLength(1);
    for (const label of labels) {
      const percent = Number(/\d+/.exec(label));
      const held = told.holds[label] ?? percent;
      expect(held).toBeLessThanOrEqual(percent);
      expect(counts[label]).toBe(held * 10);
    }
    expect(Object.keys(told.holds)).toHaveLength(labels.length - 7);
  });
});
