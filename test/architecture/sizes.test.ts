import { describe, expect, test } from '@jest/globals';

import { readSources } from './project.ts';
import { type SizeExceptions, sizes } from './rules/sizes.ts';

/** `path` or `path#function`: why it reads better in one piece. */
const exceptions: SizeExceptions = {};

const lines = (count: number) => 'step();\n'.repeat(count);

describe('sizes', () => {
  test('files have at most 500 lines, functions at most 80', () => {
    expect(sizes(readSources(), exceptions)).toEqual([]);
  });

  test('a file of 501 lines is found, one of 500 is not', () => {
    expect(sizes([{ path: 'src/base/long.ts', text: lines(501) }], {})).toEqual([
      'src/base/long.ts has 501 lines, 500 are allowed: it holds more than one thing; give each its file.',
    ]);
    expect(sizes([{ path: 'src/base/long.ts', text: lines(500) }], {})).toEqual([]);
  });

  test.each([
    ['run', (body: string) => `export async function run() {\n${body}}`],
    ['run', (body: string) => `const run = () => {\n${body}};`],
    ['run', (body: string) => `class Steps {\n  run() {\n${body}}}`],
    ['run', (body: string) => `class Steps {\n  #run() {\n${body}}}`],
    ['run', (body: string) => `const steps = { run: function () {\n${body}} };`],
    ['run', (body: string) => `const steps = { get run() {\n${body}} };`],
    ['constructor', (body: string) => `class Steps {\n  constructor() {\n${body}}}`],
    ['anonymous', (body: string) => `each(() => {\n${body}});`],
  ])('a function of 81 lines is found, one of 80 is not: %s (%#)', (name, written) => {
    const faults = sizes([{ path: 'src/base/steps.ts', text: `// é\n${written(lines(79))}` }], {});
    expect(faults).toEqual([
      expect.stringMatching(
        new RegExp(
          `^src/base/steps\\.ts:[23] ${name} has 81 lines, 80 are allowed: give its steps names and functions of their own\\.$`,
        ),
      ),
    ]);
    expect(sizes([{ path: 'src/base/steps.ts', text: written(lines(78)) }], {})).toEqual([]);
  });

  test('an exception allows one thing, and is told when it is needed no more', () => {
    const long = { path: 'src/base/steps.ts', text: `function run() {\n${lines(99)}}` };
    const exception = { 'src/base/steps.ts#run': 'one table' };
    expect(sizes([long], exception)).toEqual([]);
    expect(sizes([], exception)).toEqual([
      'src/base/steps.ts#run is not over a limit (any more): take it off the exceptions in test/architecture/sizes.test.ts.',
    ]);
  });

  test('the callback of describe() is a list of tests and may be long', () => {
    expect(
      sizes([{ path: 'test/base/steps.test.ts', text: `describe('steps', () => {\n${lines(99)}});` }], {}),
    ).toEqual([]);
  });
});
