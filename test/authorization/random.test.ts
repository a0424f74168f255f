import { afterAll, describe, expect, test } from '@jest/globals';
import { createPlanning, planningOptions } from '../../src/planning/planning.ts';
import { type RestrictedCase, runRestrictedCases } from './runRestrictedCases.ts';

const isDeep = process.env.SLUICE_DEEP === '1';
const planning = createPlanning(planningOptions.parse({ timeout: '60s' }));
afterAll(() => planning.close());

async function differences(options: { seed: number; supergraphs: number; kind: 'compiled' | 'reference' }) {
  const found: RestrictedCase[] = [];
  const ran = await runRestrictedCases({
    ...options,
    planning,
    operationsEach: 30,
    onDifference: (failing) => found.push(failing) < 3,
  });
  return {
    ...ran,
    found: found.map(({ difference, operation, directives, denied }) => ({
      difference,
      text: operation.text,
      directives: [...directives],
      denied,
    })),
  };
}

describe('random operations of random sessions', () => {
  test('are answered as by a schema whose resolvers refuse what is denied, and nothing denied is fetched', async () => {
    const ran = await differences({ seed: 1, supergraphs: isDeep ? 3000 : 60, kind: 'compiled' });
    console.log(ran.cases, ran.filtered);
    expect(ran.found).toEqual([]);
  }, 300_000);
});
