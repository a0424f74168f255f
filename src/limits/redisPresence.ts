import { randomUUID } from 'node:crypto';
import type { Clock } from '../base/clock.ts';
import type { Log } from '../model/log.ts';
import { inTime } from './inTime.ts';

/** Whether Redis is there, and how many gateways use it. */
export interface RedisPresence {
  isHere(): boolean;
  gateways(): number;
  /** A call failed: it is away until it answers again. */
  lost(err: unknown): void;
  close(): void;
}

export interface RedisPresenceParts {
  /** Says that the gateway of this id is there; gives how many are. */
  beat(id: string): Promise<number>;
  /** How many gateways there are at least. */
  readonly leastGateways: number;
  /** Called when Redis is there, at first or again. */
  onFound(): void;
  readonly clock: Clock;
  readonly log: Log;
}

/** How often a gateway says that it is there, and asks whether Redis is. */
const beatMs = 250;
/** How long Redis may take to say so, and how often in a row it may take longer: a busy machine stands still for a moment, too. */
const beatTimeoutMs = 100;
const maxMissed = 2;

export function createRedisPresence(parts: RedisPresenceParts): RedisPresence {
  const { leastGateways, clock, log } = parts;
  const id = randomUUID();
  let gateways = leastGateways;
  let state: 'unknown' | 'here' | 'away' | 'closed' = 'unknown';
  let missed = 0;
  let timer = clock.after(0, beat);

  function beat(): void {
    inTime(parts.beat(id), beatTimeoutMs, clock)
      .then((seen) => (seen === null ? miss() : found(seen)), lost)
      .finally(() => {
        if (state !== 'closed') timer = clock.after(beatMs, beat);
      });
  }
  function found(seen: number): void {
    missed = 0;
    gateways = Math.max(leastGateways, seen);
    if (state === 'here' || state === 'closed') return;
    log.info({ gateways }, 'limits are counted in Redis');
    state = 'here';
    parts.onFound();
  }
  function miss(): void {
    missed += 1;
    if (missed >= maxMissed) lost(new Error(`Redis did not answer within ${beatTimeoutMs} ms`));
  }
  function lost(err: unknown): void {
    if (state === 'away' || state === 'closed') return;
    log.warn({ err, gateways }, 'Redis does not answer: limits are counted here, each by its share');
    state = 'away';
  }
  return {
    isHere: () => state === 'here',
    gateways: () => gateways,
    lost,
    close() {
      state = 'closed';
      timer.cancel();
    },
  };
}
