import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, test } from '@jest/globals';
import type { FloodReport } from './floodRun.ts';

const script = fileURLToPath(new URL('floodRun.ts', import.meta.url));
const run = promisify(execFile);
/** A million by `npm run test:deep`. */
const count = process.env.SLUICE_DEEP ? 1_000_000 : 60_000;
const maxGrowth = 30 * 1024 ** 2;

/** In a process of its own: nothing else is on its heap. */
async function flood(kind: FloodReport['kind']): Promise<FloodReport> {
  const args = ['--expose-gc', '--disable-warning=ExperimentalWarning', script, String(count), kind];
  const { stdout } = await run(process.execPath, args, { timeout: 600_000 });
  return JSON.parse(stdout) as FloodReport;
}

describe(`a flood of ${count}`, () => {
  test('names of operations and clients: memory stays, names are bounded, who was busy keeps theirs', async () => {
    const { heldBytes, calls, expectedCalls, busyCalls, operations, clients } = await flood('names');
    const [before = 0, ...during] = heldBytes;
    expect(Math.max(...during) - before).toBeLessThan(maxGrowth);
    expect([calls, busyCalls]).toEqual([expectedCalls, 0]);
    // As many as are told apart, a tenth of them anew each minute, and the others as one.
    expect(operations).toBeLessThan(2000 * 1.5);
    expect(clients).toBeLessThan(500 * 1.5);
  }, 600_000);

  test('combinations of known names: memory stays, and none is lost', async () => {
    const { heldBytes, calls, expectedCalls, pairs } = await flood('pairs');
    const [before = 0, ...during] = heldBytes;
    expect(Math.max(...during) - before).toBeLessThan(maxGrowth);
    expect(calls).toBe(expectedCalls);
    expect(pairs).toBeGreaterThan(1000);
  }, 600_000);
});
