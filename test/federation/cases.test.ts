import { readdirSync, readFileSync } from 'node:fs';
import { afterAll, expect, test } from '@jest/globals';
import { createPlanning, planningOptions } from '../../src/planning/planning.ts';
import { lendThread } from '../support/lendThread.ts';
import { type CaseFile, checkCase } from './checkCase.ts';
import { planningBy } from './planningBy.ts';

const folder = new URL('./cases/', import.meta.url);
const planning = createPlanning(planningOptions.parse({}), { startThread: lendThread });
afterAll(() => planning.close());

const names = readdirSync(folder);

test.each(names.flatMap((name) => (['best', 'plain'] as const).map((by) => [name, by] as const)))(
  'what was once answered wrongly is answered rightly: %s, by the %s plan',
  async (name, by) => {
    const { model, operation, variables } = JSON.parse(
      readFileSync(new URL(name, folder), 'utf8'),
    ) as CaseFile;
    const text = operation.join('\n');
    const { difference } = await checkCase(
      { model, operation: { text, variables } },
      { kind: 'compiled', planning: planningBy(planning, by) },
    );
    expect(difference).toBeNull();
  },
);
