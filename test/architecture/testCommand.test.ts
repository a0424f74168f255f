import { describe, expect, test } from '@jest/globals';

import { readText } from './project.ts';
import { testCommand } from './rules/testCommand.ts';

describe('test command', () => {
  test('README.md tells people the command that CI runs', () => {
    expect(testCommand({ readme: readText('README.md'), ciRun: readText('.ci/run') })).toEqual([]);
  });

  test('another command, and a missing file, are found', () => {
    expect(testCommand({ readme: null, ciRun: '#!/bin/sh\nnpm ci && npm test -- --ci\n' })).toEqual([
      'README.md is missing; it has to name the test command: npm ci && npm test',
      '.ci/run has no line that is the test command and nothing else: npm ci && npm test',
    ]);
  });

  test('the command in a block of code is enough', () => {
    const readme = '# Sluice\n\n```sh\nnpm ci && npm test   # every test\n```\n';
    expect(testCommand({ readme, ciRun: 'set -e\nnpm ci && npm test\n' })).toEqual([]);
  });
});
