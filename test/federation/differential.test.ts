import { afterAll, describe, expect, test } from '@jest/globals';
import {
  createPlanning,
  type Planning,
  type PlanRequest,
  planningOptions,
} from '../../src/planning/planning.ts';
import { reduceCase, writeCase } from './checkCase.ts';
import type { EngineKind } from './engineUnderTest.ts';
import type { OperationKind } from './generateOperation.ts';
import { type KnownFault, knownFault } from './knownFault.ts';
import { runCases } from './runCases.ts';

const isDeep = process.env.SLUICE_DEEP === '1';
// Of some operations Apollo's planner is never done: three quarters of this are waited for it.
const planning = createPlanning(planningOptions.parse({ timeout: '4s' }));
afterAll(() => planning.close());

interface Run {
  readonly seed: number;
  readonly supergraphs: number;
  readonly kind: EngineKind;
  readonly asking?: OperationKind;
  /** Whose plans the compiled engine runs. */
  readonly by?: PlanRequest['by'];
}

/** Runs random cases; gives the files of those that differ for no known reason, the first few of them reduced. */
async function differences({ by = 'best', ...options }: Run) {
  const files: string[] = [];
  const known = new Map<KnownFault, number>();
  let plain = 0;
  const counting: Pick<Planning, 'plan'> = {
    async plan(request, signal) {
      const plan = await planning.plan({ ...request, by }, signal);
      if (plan.by === 'plain') plain += 1;
      return plan;
    },
  };
  const engine = { kind: options.kind, planning: counting, by };
  const ran = await runCases({
    ...options,
    planning: counting,
    operationsEach: 27,
    async onDifference(failing) {
      const fault = options.kind === 'reference' ? knownFault(failing) : null;
      if (fault !== null) known.set(fault, (known.get(fault) ?? 0) + 1);
      else files.push(await writeCase(await reduceCase(failing, { ...engine, maxTries: 40 }), engine));
      return files.length < 3;
    },
  });
  return { ...ran, files, known: [...known.values()].reduce((sum, count) => sum + count, 0), plain };
}

// Each file tells one case; `node test/federation/replay.ts FILE` runs it again.
describe('random operations on random supergraphs', () => {
  test(
    'are answered by the compiled engine as by the whole in one schema',
    async () => {
      const ran = await differences({ seed: 1, supergraphs: isDeep ? 4700 : 95, kind: 'compiled' });
      expect(ran.files).toEqual([]);
      expect(ran.cases).toBeGreaterThan(isDeep ? 100_000 : 2000);
      // Plain plans stand in for Apollo's where those are wrong, and only there.
      expect(ran.plain / ran.cases).toBeLessThan(0.1);
      expect(ran.plain).toBeGreaterThan(0);
    },
    isDeep ? 3_600_000 : 900_000,
  );

  test(
    'are answered likewise by plain plans alone',
    async () => {
      const ran = await differences({
        seed: 2,
        supergraphs: isDeep ? 1000 : 12,
        kind: 'compiled',
        by: 'plain',
      });
      expect(ran.files).toEqual([]);
      expect(ran.cases).toBeGreaterThan(isDeep ? 20_000 : 200);
    },
    isDeep ? 3_600_000 : 900_000,
  );

  // Of their fields each is to be done once, where it is asked first.
  test.each(['best', 'plain'] as const)(
    'are mutations that ask their fields in several places, and do each once, by the %s plans',
    async (by) => {
      const ran = await differences({
        seed: by === 'best' ? 3 : 4,
        supergraphs: isDeep ? 400 : 12,
        kind: 'compiled',
        asking: 'mutations',
        by,
      });
      expect(ran.files).toEqual([]);
      expect(ran.cases).toBeGreaterThan(isDeep ? 6000 : 150);
    },
    isDeep ? 3_600_000 : 120_000,
  );

  test('are answered by the reference engine likewise, but for its known faults', async () => {
    const ran = await differences({ seed: 2, supergraphs: isDeep ? 200 : 10, kind: 'reference' });
    expect(ran.known / ran.cases).toBeLessThan(0.1);
  }, 900_000);
});
