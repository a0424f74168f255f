import type { Clock } from '../base/clock.ts';
import { AdaptiveLimit } from './adaptiveLimit.ts';
import { CallFailure } from './callFailure.ts';
import type { ConcurrencyOptions } from './concurrencyOptions.ts';

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

/** Of the usual wait, where a queue stands. */
const standingShare = 0.1;

/** At most so many calls of one subgraph at a time, and a short queue; a subgraph that hangs takes no more of the gateway than that. */
export class Bulkhead {
  inFlight = 0;
  readonly #limit: AdaptiveLimit;
  readonly #subgraph: string;
  readonly #clock: Clock;
  #options: ConcurrencyOptions & { max: number };
  #queue: Waiting[] = [];
  /** Of the queue: those who left are taken out when their turn comes. */
  #waiting = 0;
  /** Since when somebody waits, without a break. */
  #waitingSinceMs = 0;

  constructor(subgraph: string, options: ConcurrencyOptions & { max: number }, clock: Clock) {
    this.#subgraph = subgraph;
    this.#clock = clock;
    this.#options = options;
    this.#limit = new AdaptiveLimit(options);
  }

  /** How many there may be now. */
  get limit(): number {
    return this.#options.adapt ? this.#limit.value : this.#options.max;
  }

  get queued(): number {
    return this.#waiting;
  }

  reconfigure(options: ConcurrencyOptions & { max: number }): void {
    this.#options = options;
    this.#limit.setBounds(options);
    this.#letIn();
  }

  /** Takes a place if there is one; who got it has to `leave`. */
  enter(): boolean {
    if (this.inFlight >= this.limit) return false;
    this.inFlight += 1;
    return true;
  }

  /** Waits for a place, which is then taken. Rejects with SUBGRAPH_OVERLOADED, SUBGRAPH_TIMEOUT or the signal's reason. */
  wait({ signal, deadlineMs }: Waiter): Promise<void> {
    const { queue } = this.#options;
    if (this.#waiting >= queue) return Promise.reject(this.#tooMany());
    const nowMs = this.#clock.monotonicMs();
    if (this.#waiting === 0) this.#waitingSinceMs = nowMs;
    const isStanding = nowMs - this.#waitingSinceMs > this.#options.wait;
    const wait = isStanding ? this.#options.wait * standingShare : this.#options.wait;
    const leftMs = deadlineMs - nowMs;
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

  /** Gives the place to who waits longest; `ms` says how long an answer took, if one came. */
  leave(nowMs: number, ms: number | null): void {
    if (ms !== null) this.#limit.note(nowMs, ms, this.inFlight);
    this.inFlight -= 1;
    this.#letIn();
  }

  /** Nobody is to wait any longer, whatever becomes of them. */
  letAllIn(): void {
    while (this.#enterNext());
  }

  #letIn(): void {
    while (this.#waiting > 0 && this.inFlight < this.limit && this.#enterNext());
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
