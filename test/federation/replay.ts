import { readFile } from 'node:fs/promises';
import { argv, stdout } from 'node:process';
import { createPlanning, planningOptions } from '../../src/planning/planning.ts';
import { checkCase } from './checkCase.ts';
import type { EngineKind } from './engineUnderTest.ts';
import type { FederatedModel } from './federatedModel.ts';

/** Runs a failing case again: node test/federation/replay.ts FILE [compiled|reference] */

interface CaseFile {
  readonly engine: EngineKind;
  readonly model: FederatedModel;
  readonly operation: readonly string[];
  readonly variables: Record<string, unknown>;
}

const [, , file = '', engine] = argv;
const read = JSON.parse(await readFile(file, 'utf8')) as CaseFile;
const planning = createPlanning(planningOptions.parse({ timeout: '60s' }));
const kind = engine === 'reference' || engine === 'compiled' ? engine : read.engine;
const { difference, expected, got } = await checkCase(
  { model: read.model, operation: { text: read.operation.join('\n'), variables: read.variables } },
  { kind, planning },
);
stdout.write(`${JSON.stringify({ engine: kind, difference, expected, got }, null, 2)}\n`);
await planning.close();
