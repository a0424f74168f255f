import { afterAll, describe, expect, test } from '@jest/globals';
import { createPlanning, planningOptions } from '../../src/planning/planning.ts';
import { type RestrictedCase, runRestrictedCases } from './runRestrictedCases.ts';

const isDeep = process.env.SLUICE_DEEP === '1';
const planning = createPlanning(planningOptions.parse({ timeout: '60s' }));
afterAll(() => planning.close());

/** Documents that Apollo's planner cannot plan, for any session. */
const notPlanned = /We should have an edge from|No plan was found/;

async function differences(options: {
  readonly seed: number;
  readonly from?: number;
  readonly supergraphs: number;
  readonly kind: 'compiled' | 'reference';
}) {
  const found: RestrictedCase[] = [];
  let known = 0;
  const ran = await runRestrictedCases({
    ...options,
    planning,
    operationsEach: 14,
    onDifference(failing) {
      if (notPlanned.test(failing.difference)) known += 1;
      else found.push(failing);
      return options.kind === 'reference' || found.length < 3;
    },
  });
  return { ...ran, known, found };
}

describe('random operations of random sessions', () => {
  test(
    'are answered as by one schema whose resolvers refuse what is denied, and nothing denied is fetched',
    async () => {
      const ran = await differences({ seed: 1, supergraphs: isDeep ? 2500 : 45, kind: 'compiled' });
      expect(ran.found).toEqual([]);
      expect(ran.cases).toBeGreaterThan(isDeep ? 100_000 : 2000);
      expect(ran.filtered / ran.cases).toBeGreaterThan(0.15);
      expect(ran.known / ran.cases).toBeLessThan(0.005);
    },
    isDeep ? 3_600_000 : 180_000,
  );

  test.each([
    ['two shapes under one name, of an interface and of an object', 596],
    ['two conditions at one place', 646],
    ['what is required that clients do not see, of a type that is denied', 2030],
  ])('are answered rightly where they once were not: %s', async (_what, from) => {
    const { found, cases } = await differences({ seed: 1, from, supergraphs: 1, kind: 'compiled' });
    expect(found).toEqual([]);
    expect(cases).toBeGreaterThan(40);
  });

  test('fetch nothing denied on the reference engine either, and are answered likewise but for its known faults', async () => {
    const ran = await differences({ seed: 2, supergraphs: isDeep ? 200 : 8, kind: 'reference' });
    expect(ran.found.filter(({ difference }) => difference.startsWith('fetched'))).toEqual([]);
    expect((ran.found.length + ran.known) / ran.cases).toBeLessThan(0.1);
  }, 600_000);
});
