import { readdirSync, readFileSync } from 'node:fs';

/** Linux counts a process's time in hundredths of a second, whatever its kernel's own tick. */
const ticksPerSecond = 100;

interface Stat {
  readonly parent: number;
  readonly ticks: number;
}

/** CPU time of a process and everything below it, user and system, children that have ended included; in ms. */
export function processTimes(pid: number): number {
  return treeOf(pid).reduce((sum, { ticks }) => sum + ticks, 0) * (1000 / ticksPerSecond);
}

/** Resident memory of the same processes, in MB. */
export function processMemory(pid: number): number {
  return treeOf(pid).reduce((sum, { id }) => sum + residentKb(id), 0) / 1024;
}

function treeOf(root: number): readonly { readonly id: number; readonly ticks: number }[] {
  const all = new Map<number, Stat>();
  for (const name of readdirSync('/proc')) {
    const stat = /^\d+$/.test(name) ? readStat(Number(name)) : null;
    if (stat) all.set(Number(name), stat);
  }
  const isBelow = (id: number): boolean => {
    for (let at: number | undefined = id; at !== undefined; at = all.get(at)?.parent)
      if (at === root) return true;
    return false;
  };
  return [...all].flatMap(([id, { ticks }]) => (isBelow(id) ? [{ id, ticks }] : []));
}

/** null when the process ended meanwhile. */
function readStat(id: number): Stat | null {
  const text = readOrNull(`/proc/${id}/stat`);
  if (text === null) return null;
  // The command, in brackets, may hold anything; the fields after it are numbers: state, parent, ... utime, stime, cutime, cstime.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const ticks = fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0);
  return { parent: Number(fields[1]), ticks };
}

function residentKb(id: number): number {
  return Number(/VmRSS:\s+(\d+)/.exec(readOrNull(`/proc/${id}/status`) ?? '')?.[1] ?? 0);
}

function readOrNull(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null; // It ended between listing and reading.
  }
}
