import { readFile } from 'node:fs/promises';
import { argv, stdout } from 'node:process';
import { createPlanning, planningOptions } from '../../src/planning/planning.ts';
import { type CaseFile, checkCase } from './checkCase.ts';
import { planningBy } from './planningBy.ts';

/** Runs a failing case again: node test/federation/replay.ts FILE [compiled|reference] */

const [, , file = '', engine] = argv;
const read = JSON.parse(await readFile(file, 'utf8')) as CaseFile;
const planning = createPlanning(planningOptions.parse({ timeout: '60s' }));
const kind = engine === 'reference' || engine === 'compiled' ? engine : read.engine;
const { difference, expected, got } = await checkCase(
  { model: read.model, operation: { text: read.operation.join('\n'), variables: read.variables } },
  { kind, planning: planningBy(planning, read.by) },
);
stdout.write(`${JSON.stringify({ engine: kind, difference, expected, got }, null, 2)}\n`);
await planning.close();
