import { readdirSync, readFileSync } from 'node:fs';
import { afterAll, expect, test } from '@jest/globals';
import { createPlanning, planningOptions } from '../../src/planning/planning.ts';
import { lendThread } from '../support/lendThread.ts';
import { type CaseFile, checkCase } from './checkCase.ts';

const folder = new URL('./cases/', import.meta.url);
const planning = createPlanning(planningOptions.parse({}), { startThread: lendThread });
afterAll(() => planning.close());

test.each(readdirSync(folder))('what was once answered wrongly is answered rightly: %s', async (name) => {
  const { model, operation, variables } = JSON.parse(readFileSync(new URL(name, folder), 'utf8')) as CaseFile;
  const text = operation.join('\n');
  const { difference } = await checkCase(
    { model, operation: { text, variables } },
    { kind: 'compiled', planning },
  );
  expect(difference).toBeNull();
});
