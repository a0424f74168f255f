import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from '@jest/globals';

const script = fileURLToPath(new URL('./frozenRun.ts', import.meta.url));
/** The planner runs in a thread, whose prototypes are its own. */
const freezeThreads = new URL('../support/freezeThreads.mjs', import.meta.url).href;

test('random cases are answered rightly while Object.prototype is frozen', async () => {
  const { stdout } = await promisify(execFile)(process.execPath, [
    '--disable-warning=ExperimentalWarning',
    `--import=${freezeThreads}`,
    script,
  ]);
  const { cases, files } = JSON.parse(stdout) as { cases: number; files: string[] };
  expect(files).toEqual([]);
  expect(cases).toBeGreaterThan(100);
});
