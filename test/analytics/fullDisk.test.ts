import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, test } from '@jest/globals';
import type { FullDiskReport } from './fullDiskRun.ts';

const script = fileURLToPath(new URL('fullDiskRun.ts', import.meta.url));
const onLinux = process.platform === 'linux' ? describe : describe.skip;

onLinux('a disk that takes no more', () => {
  test('costs no record and no request: it is said once, and what is counted waits', async () => {
    const dir = await mkdtemp(join(tmpdir(), 'sluice-full-'));
    try {
      // 400 KB a file; the signal that comes with more would end the process, as no full disk does.
      const command = `trap '' XFSZ; ulimit -f 800; exec "$0" --disable-warning=ExperimentalWarning "$1" "$2"`;
      const args = ['-c', command, process.execPath, script, dir];
      const { stdout } = await promisify(execFile)('/bin/sh', args, { timeout: 100_000 });
      const report = JSON.parse(stdout) as FullDiskReport;
      expect(report).toMatchObject({ thrown: 0, lost: 0 });
      expect(report.said).toEqual(
        expect.arrayContaining([
          'usage cannot be written; it waits in memory',
          'explanations cannot be written; the last ones are in memory',
        ]),
      );
    } finally {
      await rm(dir, { recursive: true });
    }
  });
});
