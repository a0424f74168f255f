/** When there is too much to do, and how much is let in then; in milliseconds. */
export interface LoadBounds {
  /** Overload begins when requests take longer than this, and the process is busy all the time. */
  readonly beginsAtMs: number;
  /** While there is overload it waits about this long. */
  readonly targetMs: number;
}

/** The event loop in the last interval: how long it kept work waiting half of the time, and the part of the time it was busy. */
export interface LoopReading {
  readonly delayMs: number;
  readonly busy: number;
}

/** What was seen in an interval. */
export interface LoadReading extends LoopReading {
  readonly inFlight: number;
  readonly ended: number;
  /** Whether one was too many. */
  readonly wasFull: boolean;
  readonly passedMs: number;
}

/** The loop has no moment to spare. */
const leastBusy = 0.95;
/** So many intervals in a row: a single pause is a garbage collection, or one large answer. */
const patience = 5;
/** So many intervals in a row without a request too many, and all may come again. */
const calm = 20;
/** However long work waits, so many at a time are no crowd: something else keeps the process from its work. */
const leastAtATime = 8;
const [more, less] = [1.1, 0.9];

/**
 * Whether requests are let in by their number, and by which. A process that is busy all the time, with more and more requests in it, has clients who do not wait: their
 * number, by Little's law, says how long a request takes by now. (How late the event loop is does not: it turns quickly while requests wait
 * for their turn to be sent on. And a crowd of clients who wait for their answers keeps it busy, too.) From then on so many requests are let
 * in that the loop is `targetMs` late (additive increase, multiplicative decrease of their number), so that both they and those who are
 * refused are answered soon. A number, and no share of those who come: it holds whatever crowd there is.
 */
export class RequestsLimit {
  /** Infinite while there may be any number. */
  value = Number.POSITIVE_INFINITY;
  bounds: LoadBounds = { beginsAtMs: Number.POSITIVE_INFINITY, targetMs: Number.POSITIVE_INFINITY };
  /** Intervals in a row. */
  #late = 0;
  #quiet = 0;

  /** Once an interval. */
  look(reading: LoadReading): void {
    if (this.value === Number.POSITIVE_INFINITY) this.#begin(reading);
    else this.#regulate(reading);
  }

  #begin({ busy, inFlight, ended, passedMs }: LoadReading): void {
    const takesMs = (inFlight * passedMs) / Math.max(1, ended);
    const isTooMuch = busy >= leastBusy && inFlight > leastAtATime && takesMs > this.bounds.beginsAtMs;
    this.#late = isTooMuch ? this.#late + 1 : 0;
    if (this.#late < patience) return;
    this.#late = 0;
    this.#quiet = 0;
    // As many as end within the time that they are to take; more once it is seen that there may be.
    this.value = Math.max(leastAtATime, (ended / passedMs) * this.bounds.targetMs);
  }

  #regulate({ delayMs, wasFull }: LoadReading): void {
    this.#quiet = wasFull ? 0 : this.#quiet + 1;
    if (this.#quiet >= calm) this.value = Number.POSITIVE_INFINITY;
    else if (delayMs > this.bounds.targetMs) this.value = Math.max(leastAtATime, this.value * less);
    else if (wasFull) this.value = this.value * more + 1;
  }
}
