import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { LoadOrder, Shot } from './loadOrder.ts';
import { pin } from './pin.ts';

export type { Asked, Shot } from './loadOrder.ts';

export interface LoadOptions extends Partial<Pick<LoadOrder, 'numbered' | 'readBodies'>> {
  readonly rate: LoadOrder['rate'];
  readonly durationMs: number;
  readonly asked: LoadOrder['asked'];
  /** What happens while it runs, by the time from its start. */
  readonly events?: readonly (readonly [atMs: number, run: () => unknown])[];
}

export interface Load {
  run(options: LoadOptions): Promise<readonly Shot[]>;
  stop(): Promise<void>;
}

/** Long enough for the order to arrive. */
const leadMs = 50;

/** A process that sends requests to this endpoint. */
export async function startLoad(endpoint: string, { isPinned = false } = {}): Promise<Load> {
  const file = fileURLToPath(new URL('./loadProcess.ts', import.meta.url));
  const child: ChildProcess = fork(file, [], { serialization: 'advanced' });
  await once(child, 'message');
  if (isPinned) pin(child.pid, 'rest');
  const { port, pathname: path } = new URL(endpoint);
  return {
    async run({ events = [], ...options }) {
      const startsAtMs = Date.now() + leadMs;
      const order: LoadOrder = {
        numbered: false,
        readBodies: true,
        ...options,
        port: Number(port),
        path,
        startsAtMs,
      };
      const timers = events.map(([atMs, run]) => setTimeout(run, leadMs + atMs));
      child.send(order);
      const [shots] = (await once(child, 'message')) as [readonly Shot[]];
      for (const timer of timers) clearTimeout(timer);
      return shots;
    },
    async stop() {
      child.disconnect();
      await once(child, 'exit');
    },
  };
}

export function percentile(shots: readonly Pick<Shot, 'ms'>[], share: number): number {
  const sorted = shots.map(({ ms }) => ms).sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}
