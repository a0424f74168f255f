import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from '@jest/globals';

const script = fileURLToPath(new URL('./frozenRun.ts', import.meta.url));

test('random cases are answered rightly while Object.prototype is frozen', async () => {
  const { stdout } = await promisify(execFile)(process.execPath, [
    '--disable-warning=ExperimentalWarning',
    script,
  ]);
  const { cases, files } = JSON.parse(stdout) as { cases: number; files: string[] };
  expect(files).toEqual([]);
  expect(cases).toBeGreaterThan(100);
}, 60_000);
