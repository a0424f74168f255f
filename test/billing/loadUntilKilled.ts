import { setTimeout as wait } from 'node:timers/promises';
import { Pool } from 'undici';
import type { Running } from '../support/sluiceProcess.ts';

export interface Answered {
  /** By request id, when its answer was there; monotonic milliseconds. */
  readonly atMs: ReadonlyMap<string, number>;
  readonly killedAtMs: number;
  /** How late this process itself was woken at worst, in the half second before: what the machine did to others. */
  readonly lateMs: number;
}

const body = JSON.stringify({ query: 'query Thing { thing { id } }' });

const pauseMs = 2;
const watchedMs = 500;

/** Asks at a rate until the process is sent a signal, after a while; gives what was answered until it had ended. */
export async function loadUntilKilled(
  { child, ended }: Running,
  options: {
    endpoint: string;
    key: string;
    perSecond: number;
    afterMs: number;
    signal: 'SIGKILL' | 'SIGTERM';
  },
): Promise<Answered> {
  const { endpoint, key, perSecond, afterMs, signal } = options;
  const { origin, pathname } = new URL(endpoint);
  const pool = new Pool(origin, { connections: 50 });
  const atMs = new Map<string, number>();
  const ask = async (): Promise<void> => {
    const headers = { 'content-type': 'application/json', 'x-api-key': key };
    const response = await pool.request({ path: pathname, method: 'POST', headers, body });
    const answer = (await response.body.json()) as { data?: { thing?: object } };
    if (answer.data?.thing) atMs.set(String(response.headers['x-request-id']), performance.now());
  };
  await ask(); // The first one has to be planned.
  const startMs = performance.now();
  const asking: Promise<unknown>[] = [];
  let killedAtMs = 0;
  let lates: { atMs: number; ms: number }[] = [];
  for (let sent = 0; killedAtMs === 0; ) {
    const passedMs = performance.now() - startMs;
    // Open loop: as many as are due, whatever was answered.
    for (; sent < (passedMs * perSecond) / 1000; sent += 1) asking.push(ask().catch(() => undefined));
    if (passedMs >= afterMs) {
      killedAtMs = performance.now();
      child.kill(signal);
    }
    const fromMs = performance.now();
    await wait(pauseMs);
    const atMs = performance.now();
    lates = [...lates.filter((late) => atMs - late.atMs < watchedMs), { atMs, ms: atMs - fromMs - pauseMs }];
  }
  await ended;
  await pool.destroy();
  await Promise.all(asking);
  return { atMs, killedAtMs, lateMs: Math.max(...lates.map(({ ms }) => ms)) };
}
