import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from '@jest/globals';
import type { Holdings } from './manyPublishesRun.ts';

const publishes = process.env.SLUICE_DEEP ? 200 : 60;
const script = fileURLToPath(new URL('./manyPublishesRun.ts', import.meta.url));

test(`after ${publishes} publishes the gateway holds no more than after 20: heap, timers, threads, sockets`, async () => {
  const { stdout } = await promisify(execFile)(process.execPath, [
    '--expose-gc',
    '--disable-warning=ExperimentalWarning',
    script,
    String(publishes),
  ]);
  const [early, late] = JSON.parse(stdout) as [Holdings, Holdings];
  expect(late.heapBytes / early.heapBytes).toBeLessThanOrEqual(1.05);
  expect(late.timers).toBeLessThanOrEqual(early.timers);
  expect(late.workers).toBeLessThanOrEqual(early.workers);
  const { tcp: socketsEarly = 0, ...others } = early.handles;
  const { tcp: socketsLate = 0, ...othersLate } = late.handles;
  // Node's own come and go by one or two; one for each publish would be far more.
  for (const [kind, count] of Object.entries(othersLate))
    expect({ kind, isMore: count > (others[kind] ?? 0) + 3 }).toEqual({ kind, isMore: false });
  // How many a pool has open depends on how its calls met; one more for each publish would be far more than these.
  expect(socketsLate).toBeLessThanOrEqual(socketsEarly + 10);
}, 600_000);
