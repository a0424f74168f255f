import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { answerCases } from './answerCases.ts';
import { connectionCases } from './connectionCases.ts';
import { entityCases } from './entityCases.ts';
import type { MisbehaviourCase } from './misbehaviourCase.ts';
import { createMisbehaviourCheck, type MisbehaviourCheck } from './misbehaviourCheck.ts';
import { valueCases } from './valueCases.ts';

const suites: readonly (readonly [string, readonly MisbehaviourCase[]])[] = [
  ['on the connection', connectionCases],
  ['in what it answers', answerCases],
  ['in the values it answers', valueCases],
  ['with entities', entityCases],
];

let check: MisbehaviourCheck;
beforeAll(async () => {
  check = await createMisbehaviourCheck();
});
afterAll(() => check.stop());

describe.each(suites)('a subgraph that misbehaves %s fails alone when it', (_where, cases) => {
  test.each(cases.map((given) => ({ ...given, row: given.row ?? 'also' })))('$row $title', async (given) => {
    await check.expectAnswer(given);
    expect.hasAssertions();
  });
});

test('every row from S1 to S22 has its cases', () => {
  const rows = new Set(suites.flatMap(([, cases]) => cases.map(({ row }) => row)));
  const all = Array.from({ length: 22 }, (_, index) => `S${index + 1}`);
  // S1 is unreachable.test.ts, S10 and S21 are bombs.test.ts.
  expect(all.filter((row) => !rows.has(row))).toEqual(['S1', 'S10', 'S21']);
});
