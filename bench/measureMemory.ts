import { setTimeout as wait } from 'node:timers/promises';
import type { LoadReply, LoadRequest } from './load.ts';
import type { Helper, RunningGateway } from './processes.ts';
import { processMemory } from './processTimes.ts';

export interface MemoryParts {
  readonly requests: number;
  readonly bodies: readonly string[];
  readonly connections: number;
  readonly load: Helper;
  tell(text: string): void;
}

const tenths = 10;
/** For what is in flight to end, and for collections that wait for an idle moment. */
const restMs = 2000;

/** Sends many requests and tells the memory after each tenth: the resident size, a moment after the load has stopped. */
export async function measureMemory(
  { pid, port, headers, gateway }: RunningGateway,
  parts: MemoryParts,
): Promise<void> {
  const { requests, bodies, connections, load, tell } = parts;
  for (let tenth = 1; tenth <= tenths; tenth += 1) {
    const { elapsedMs, faults } = await load.ask<LoadReply>({
      port,
      pid,
      connections,
      durationMs: 0,
      minRequests: Math.ceil(requests / tenths),
      bodies,
      headers,
    } satisfies LoadRequest);
    if (faults[0] !== undefined) throw new Error(`${gateway.title}: ${faults[0]}`);
    await wait(restMs);
    const sent = Math.round((requests * tenth) / tenths).toLocaleString('en');
    const speed = Math.round(requests / tenths / (elapsedMs / 1000)).toLocaleString('en');
    tell(`${sent.padStart(12)} requests  ${processMemory(pid).toFixed(0)} MB  ${speed}/s\n`);
  }
}
