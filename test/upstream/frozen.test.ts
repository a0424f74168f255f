import { afterAll, beforeAll, describe, test } from '@jest/globals';
import { freezePrototypes } from '../support/freezePrototypes.ts';
import { answerCases } from './answerCases.ts';
import { entityCases } from './entityCases.ts';
import { createMisbehaviourCheck, type MisbehaviourCheck } from './misbehaviourCheck.ts';
import { valueCases } from './valueCases.ts';

let check: MisbehaviourCheck;
beforeAll(async () => {
  check = await createMisbehaviourCheck();
  await freezePrototypes();
});
afterAll(() => check.stop());

/** What a subgraph answers is read, merged and written without ever touching what all objects inherit: a write there would throw. */
describe('while Object.prototype is frozen, answers of subgraphs', () => {
  const rows = ['S12', 'S13', 'S16', 'S18', 'S20', 'V54'];
  const cases = [...answerCases, ...valueCases, ...entityCases].filter(
    ({ row }) => row && rows.includes(row),
  );
  test.each(cases)('$row $title', (given) => check.expectAnswer(given));
});
