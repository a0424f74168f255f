import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { Clock, Timer } from '../base/clock.ts';
import { SluiceError } from '../base/errors.ts';
import type { Purge } from '../model/fetchCache.ts';
import type { Log } from '../model/log.ts';
import type { Purges } from './purges.ts';

/** What of a client of Redis is needed. */
interface RedisClient {
  sendCommand(args: string[]): Promise<unknown>;
}

interface RedisPurgesParts {
  readonly client: unknown;
  readonly purges: Purges;
  readonly timeoutMs: number;
  readonly clock: Clock;
  readonly log: Log;
}

/** How often the others' purges are looked for, and how long without it entries are used: together less than a second. */
const pollMs = 250;
const maxSilenceMs = 750;
/** Purges that wait for Redis to come back; with more of them its entries are all thrown away. */
const maxWaiting = 1000;

const names = ['sluice:cache:1:era', 'sluice:cache:1:purge-number', 'sluice:cache:1:purges'];
/** Numbers a purge and writes it down in one step, so that no other is seen before it. More are kept than any gateway remembers. */
const addScript = `local n = redis.call('INCR', KEYS[2])
redis.call('ZADD', KEYS[3], n, n .. ' ' .. ARGV[1])
redis.call('ZREMRANGEBYRANK', KEYS[3], 0, -60001)
return n`;
const readScript = `redis.call('SET', KEYS[1], ARGV[1], 'NX')
return {redis.call('GET', KEYS[1]), redis.call('ZRANGEBYSCORE', KEYS[3], '(' .. ARGV[2], '+inf')}`;

const told = z.tuple([z.string(), z.array(z.string())]);
const purgeText = z.strictObject({
  subgraph: z.string().optional(),
  type: z.string().optional(),
  key: z.record(z.string(), z.unknown()).optional(),
  tag: z.string().optional(),
});

/** The purges of all gateways on one Redis, in one order. Its entries are used only as long as what was thrown away is known. */
export class RedisPurges {
  /** Told each time that Redis has answered, and how long its answer took. */
  onSeen: (tookMs: number) => void = () => undefined;
  readonly #parts: RedisPurgesParts;
  readonly #waiting: Purge[] = [];
  #seenMs = Number.NEGATIVE_INFINITY;
  #era: string | null = null;
  #timer: Timer;
  #isClosed = false;
  #isAway = false;

  constructor(parts: RedisPurgesParts) {
    this.#parts = parts;
    this.#timer = parts.clock.after(0, () => void this.#poll());
  }

  isInStep(): boolean {
    return this.#parts.clock.monotonicMs() - this.#seenMs < maxSilenceMs;
  }

  async purge(purge: Purge): Promise<void> {
    try {
      await this.#add(purge);
      await this.#read();
    } catch (cause) {
      // Until it is written down nothing that Redis holds is used: the poll writes it first.
      this.#seenMs = Number.NEGATIVE_INFINITY;
      this.#waiting.push(this.#waiting.length < maxWaiting ? purge : {});
      const message = 'Redis cannot be reached: what was to be thrown away will be when it is back.';
      throw new SluiceError('STORE_UNAVAILABLE', message, { cause });
    }
  }

  close(): void {
    this.#isClosed = true;
    this.#timer.cancel();
  }

  async #poll(): Promise<void> {
    const { clock, log } = this.#parts;
    try {
      for (let next = this.#waiting[0]; next; next = this.#waiting[0]) {
        await this.#add(next);
        this.#waiting.shift();
      }
      await this.#read();
      if (this.#isAway) log.info({}, 'Redis answers again: the cache is used');
      this.#isAway = false;
    } catch (err) {
      if (!this.#isAway && !this.#isClosed) log.warn({ err }, 'Redis does not answer: nothing is cached');
      this.#isAway = true;
    }
    if (!this.#isClosed) this.#timer = clock.after(pollMs, () => void this.#poll());
  }

  #add(purge: Purge): Promise<unknown> {
    return this.#ask(addScript, [JSON.stringify(purge)]);
  }

  async #read(): Promise<void> {
    const { purges, clock } = this.#parts;
    const beganMs = clock.monotonicMs();
    let since = this.#era === null ? 0 : purges.latest;
    let [era, added] = told.parse(await this.#ask(readScript, [randomUUID(), String(since)]));
    const tookMs = clock.monotonicMs() - beganMs;
    if (era !== this.#era) {
      // Another Redis, or an empty one: all is read from its beginning.
      purges.begin(era, 0);
      this.#era = era;
      since = 0;
      [era, added] = told.parse(await this.#ask(readScript, [era, '0']));
    }
    for (const line of added) {
      const space = line.indexOf(' ');
      const purge = purgeText.parse(JSON.parse(line.slice(space + 1)));
      purges.add({ number: Number(line.slice(0, space)), purge });
    }
    if (this.#waiting.length > 0) return;
    this.#seenMs = beganMs;
    this.onSeen(tookMs);
  }

  async #ask(script: string, args: readonly string[]): Promise<unknown> {
    const { client, clock, timeoutMs } = this.#parts;
    const { promise: late, reject } = Promise.withResolvers<never>();
    const timer = clock.after(timeoutMs, () => reject(new Error(`Redis did not answer in ${timeoutMs} ms`)));
    const asked = (client as RedisClient).sendCommand([
      'EVAL',
      script,
      String(names.length),
      ...names,
      ...args,
    ]);
    asked.catch(() => undefined);
    try {
      return await Promise.race([asked, late]);
    } finally {
      timer.cancel();
    }
  }
}
