import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from '@jest/globals';
import type { Holdings } from './leftBehindRun.ts';

const script = fileURLToPath(new URL('./leftBehindRun.ts', import.meta.url));

test('calls that fail in ten ways leave nothing behind: heap, buffers, sockets, timers', async () => {
  const { stdout } = await promisify(execFile)(process.execPath, [
    '--expose-gc',
    '--disable-warning=ExperimentalWarning',
    script,
  ]);
  const [early, late] = JSON.parse(stdout) as [Holdings, Holdings];
  // Of 1,200 calls: less than 4 KB of each.
  expect(late.heapBytes - early.heapBytes).toBeLessThan(5e6);
  expect(late.bufferBytes - early.bufferBytes).toBeLessThan(1e6);
  expect(late.sockets).toBeLessThanOrEqual(early.sockets + 10);
  expect(late.handles.timer).toBe(early.handles.timer);
}, 900_000);
