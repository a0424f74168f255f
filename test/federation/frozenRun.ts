import { stdout } from 'node:process';
import { createPlanning, planningOptions } from '../../src/planning/planning.ts';
import { writeCase } from './checkCase.ts';
import { runCases } from './runCases.ts';

// A script of its own, as a frozen prototype cannot be thawed. Everything has been imported: only what runs now is meant.
Object.freeze(Object.prototype);
Object.freeze(Array.prototype);

const planning = createPlanning(planningOptions.parse({ timeout: '4s' }));
const files: string[] = [];
const { cases } = await runCases({
  seed: 3,
  supergraphs: 6,
  operationsEach: 30,
  kind: 'compiled',
  planning,
  async onDifference(failing) {
    files.push(await writeCase(failing, { kind: 'compiled', planning }));
    return files.length < 3;
  },
});
await planning.close();
stdout.write(JSON.stringify({ cases, files }));
