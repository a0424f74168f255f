import { spawnSync } from 'node:child_process';
import { test } from '@jest/globals';

const isThere = spawnSync('promtool', ['--version']).status === 0;
if (!isThere)
  process.stdout.write('promtool is not there (Debian: prometheus): what it checks is skipped.\n');

/** A test that runs promtool; skipped, with a line that says so, where there is none. */
export const withPromtool = isThere ? test : test.skip;
