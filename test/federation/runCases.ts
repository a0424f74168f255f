import fc from 'fast-check';
import type { Planning } from '../../src/planning/planning.ts';
import { type Checked, checkOperation, type FederationCase } from './checkCase.ts';
import { type EngineKind, engineUnderTest } from './engineUnderTest.ts';
import type { Federation } from './federation.ts';
import { generateModel } from './generateModel.ts';
import { generateOperation, type OperationKind } from './generateOperation.ts';
import { modelFederation } from './modelFederation.ts';

export interface RunOptions {
  readonly seed: number;
  readonly supergraphs: number;
  readonly operationsEach: number;
  /** What is asked; anything unless said. */
  readonly asking?: OperationKind;
  readonly kind: EngineKind;
  readonly planning: Pick<Planning, 'plan'>;
  /** Told of each case that differs; false ends the run. */
  readonly onDifference: (
    failing: FederationCase & { difference: string; federation: Federation },
  ) => Promise<boolean>;
  readonly onChecked?: (checked: Checked) => void;
}

export interface Ran {
  readonly cases: number;
  readonly differing: number;
  /** Models that do not compose. */
  readonly discarded: number;
}

const modelTape = fc.array(fc.nat(9999), { minLength: 600, maxLength: 600 });
const operationTape = fc.array(fc.nat(9999), { minLength: 300, maxLength: 300 });

/** Runs random operations on random supergraphs, always the same ones for a seed. */
export async function runCases(options: RunOptions): Promise<Ran> {
  const { seed, supergraphs, operationsEach } = options;
  const ran = { cases: 0, differing: 0, discarded: 0 };
  for (let index = 0; index < supergraphs; index += 1) {
    const [tape = []] = fc.sample(modelTape, { seed: seed * 100_000 + index, numRuns: 1 });
    const model = generateModel(tape);
    const { federation } = modelFederation(model);
    if (!federation) {
      ran.discarded += 1;
      continue;
    }
    const tapes = fc.sample(operationTape, { seed: seed * 100_000 + index, numRuns: operationsEach });
    const engine = await engineUnderTest(federation, options);
    try {
      for (const operationChoices of tapes) {
        const operation = generateOperation(federation.schema, operationChoices, options.asking);
        if (!operation) continue;
        ran.cases += 1;
        const checked = await checkOperation(federation, engine, operation);
        options.onChecked?.(checked);
        if (checked.difference === null) continue;
        ran.differing += 1;
        const goOn = await options.onDifference({
          model,
          operation,
          federation,
          difference: checked.difference,
        });
        if (!goOn) return ran;
      }
    } finally {
      await engine.dispose();
    }
  }
  return ran;
}
