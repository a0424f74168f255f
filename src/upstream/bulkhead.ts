import { z } from 'zod';
import type { Clock } from '../base/clock.ts';
import { durationBetween } from '../base/quantity.ts';
import { CallFailure } from './callFailure.ts';

export const concurrencyOptions = z.strictObject({
  max: z
    .int()
    .min(1)
    .max(100_000)
    .optional()
    .describe('Most calls to a subgraph at a time; as many as its instances have connections unless set.'),
  queue: z
    .int()
    .min(0)
    .max(1_000_000)
    .default(1000)
    .describe('Most calls that wait for their turn; more fail at once with SUBGRAPH_OVERLOADED.'),
  wait: durationBetween('0s', '10m')
    .prefault('1s')
    .describe('How long one may wait: what comes later than this was mostly given up already.'),
});

export type ConcurrencyOptions = z.output<typeof concurrencyOptions>;

/** Who waits for a turn. */
interface Waiter {
  readonly signal: AbortSignal;
  /** Monotonic. */
  readonly deadlineMs: number;
}

interface Waiting {
  isOver: boolean;
  enter(): void;
}

/** At most so many calls of one subgraph at a time, and a short queue; a subgraph that hangs takes no more of the gateway than that. */
export class Bulkhead {
  inFlight = 0;
  max: number;
  readonly #subgraph: string;
  readonly #clock: Clock;
  #options: ConcurrencyOptions;
  #queue: Waiting[] = [];
  /** Of the queue: those who left are taken out when their turn comes. */
  #waiting = 0;

  constructor(subgraph: string, options: ConcurrencyOptions & { max: number }, clock: Clock) {
    this.#subgraph = subgraph;
    this.#clock = clock;
    this.#options = options;
    this.max = options.max;
  }

  get queued(): number {
    return this.#waiting;
  }

  reconfigure(options: ConcurrencyOptions & { max: number }): void {
    this.#options = options;
    this.max = options.max;
    while (this.inFlight < this.max && this.#enterNext());
  }

  /** Takes a place if there is one; who got it has to `leave`. */
  enter(): boolean {
    if (this.inFlight >= this.max) return false;
    this.inFlight += 1;
    return true;
  }

  /** Waits for a place, which is then taken. Rejects with SUBGRAPH_OVERLOADED, SUBGRAPH_TIMEOUT or the signal's reason. */
  wait({ signal, deadlineMs }: Waiter): Promise<void> {
    const { queue, wait } = this.#options;
    if (this.#waiting >= queue) return Promise.reject(this.#tooMany());
    const leftMs = deadlineMs - this.#clock.monotonicMs();
    return new Promise((resolve, reject) => {
      const end = (): void => {
        waiting.isOver = true;
        this.#waiting -= 1;
        timer.cancel();
        signal.removeEventListener('abort', leave);
      };
      const giveUp = (failure: unknown): void => {
        end();
        this.#sweep();
        reject(failure);
      };
      const leave = (): void => giveUp(signal.reason);
      const waiting: Waiting = {
        isOver: false,
        enter() {
          end();
          resolve();
        },
      };
      const timer = this.#clock.after(Math.max(0, Math.min(wait, leftMs)), () =>
        giveUp(leftMs <= wait ? this.#tooLate() : this.#tooMany()),
      );
      this.#waiting += 1;
      this.#queue.push(waiting);
      if (signal.aborted) leave();
      else signal.addEventListener('abort', leave, { once: true });
    });
  }

  /** Gives the place to who waits longest. */
  leave(): void {
    this.inFlight -= 1;
    if (this.#waiting > 0 && this.inFlight < this.max) this.#enterNext();
  }

  #enterNext(): boolean {
    for (let next = this.#queue.shift(); next; next = this.#queue.shift()) {
      if (next.isOver) continue;
      this.inFlight += 1;
      next.enter();
      return true;
    }
    return false;
  }

  /** Those who left must not pile up behind one who stays. */
  #sweep(): void {
    if (this.#queue.length > 32 && this.#queue.length > this.#waiting * 2)
      this.#queue = this.#queue.filter(({ isOver }) => !isOver);
  }

  #tooMany(): CallFailure {
    return new CallFailure(
      'SUBGRAPH_OVERLOADED',
      `Subgraph "${this.#subgraph}" has as many calls on their way, and waiting, as it may have.`,
      { fault: 'overloaded' },
    );
  }

  #tooLate(): CallFailure {
    return new CallFailure('SUBGRAPH_TIMEOUT', `Subgraph "${this.#subgraph}" did not answer in time.`, {
      fault: 'overloaded',
    });
  }
}
