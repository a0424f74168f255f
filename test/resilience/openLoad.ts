import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { pin } from './pin.ts';

export interface Asked {
  /** What it is, for those who look at the shots; each has connections of its own. */
  readonly tag: string;
  readonly query: string;
  readonly variables?: Readonly<Record<string, unknown>>;
  readonly headers?: Readonly<Record<string, string>>;
}

/** One request and what became of it. */
export interface Shot {
  readonly tag: string;
  /** When it was to be sent, in milliseconds from the start. */
  readonly atMs: number;
  /** From then until its answer was read: a request that could not be sent in time has waited, too. */
  readonly ms: number;
  /** 0 when there was no response. */
  readonly status: number;
  readonly codes: readonly string[];
  readonly hasData: boolean;
}

export interface LoadOptions {
  /** At a fixed rate whatever comes back, as many clients do who know nothing of each other; or so many clients who each wait for their answer. */
  readonly rate: { readonly perSecond: number } | { readonly clients: number };
  readonly durationMs: number;
  /** In turn. */
  readonly asked: readonly Asked[];
  /** Whether each gets its number as the variable `id`. */
  readonly numbered?: boolean;
  /** Whether answers are read even when they begin with data. */
  readonly readBodies?: boolean;
  /** What happens while it runs, by the time from its start. */
  readonly events?: readonly (readonly [atMs: number, run: () => unknown])[];
}

/** What the process is told. */
export interface LoadOrder extends Required<Omit<LoadOptions, 'events'>> {
  readonly port: number;
  readonly path: string;
  /** By the wall clock. */
  readonly startsAtMs: number;
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
