import { afterAll, describe, expect, test } from '@jest/globals';
import { createPlanning, planningOptions } from '../../src/planning/planning.ts';
import { reduceCase, writeCase } from './checkCase.ts';
import type { EngineKind } from './engineUnderTest.ts';
import { knownFault } from './knownFault.ts';
import { runCases } from './runCases.ts';

const isDeep = process.env.SLUICE_DEEP === '1';
const planning = createPlanning(planningOptions.parse({ timeout: '60s' }));
afterAll(() => planning.close());

/** Runs random cases; gives the files of those that differ for no known reason, the first few of them reduced. */
async function differences(options: { seed: number; supergraphs: number; kind: EngineKind }) {
  const files: string[] = [];
  const known = new Map<string, number>();
  const engine = { kind: options.kind, planning };
  const ran = await runCases({
    ...options,
    planning,
    operationsEach: 27,
    async onDifference(failing) {
      const fault = knownFault(failing, options.kind);
      if (fault !== null) known.set(fault, (known.get(fault) ?? 0) + 1);
      else files.push(await writeCase(await reduceCase(failing, { ...engine, maxTries: 40 }), engine));
      return files.length < 3;
    },
  });
  return { ...ran, files, known: [...known.values()].reduce((sum, count) => sum + count, 0) };
}

describe('random operations on random supergraphs', () => {
  test(
    'are answered by the compiled engine as by the whole in one schema',
    async () => {
      const ran = await differences({ seed: 1, supergraphs: isDeep ? 4500 : 90, kind: 'compiled' });
      // Each file tells one case; `node test/federation/replay.ts FILE` runs it again.
      expect(ran.files).toEqual([]);
      expect(ran.cases).toBeGreaterThan(isDeep ? 100_000 : 2000);
      expect(ran.known / ran.cases).toBeLessThan(0.005);
    },
    isDeep ? 3_600_000 : 120_000,
  );

  test('are answered by the reference engine likewise, but for its known faults', async () => {
    const ran = await differences({ seed: 2, supergraphs: isDeep ? 200 : 10, kind: 'reference' });
    expect(ran.files).toEqual([]);
    expect(ran.known / ran.cases).toBeLessThan(0.1);
  }, 300_000);
});
