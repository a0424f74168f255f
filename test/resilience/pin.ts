import { spawnSync } from 'node:child_process';
import { availableParallelism } from 'node:os';

/** The first core is the gateway's, the second everybody else's. False where processes cannot be kept on a core. */
export function pin(pid: number | undefined, core: 'gateway' | 'rest'): boolean {
  if (pid === undefined || availableParallelism() < 2) return false;
  const number = core === 'gateway' ? '0' : '1';
  return spawnSync('taskset', ['-a', '-c', '-p', number, String(pid)]).status === 0;
}
