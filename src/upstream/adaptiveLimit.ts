const intervalMs = 1000;
/** Fewer answers in an interval say nothing. */
const leastAnswers = 10;
/** Answers may take so many times as long as usual before the limit is lowered: operations differ. */
const tolerance = 2;
/** At most so much of it is taken at a time. */
const lowestGradient = 0.5;
/** How much of the new limit, and of the new latency, counts. */
const [limitShare, latencyShare] = [0.2, 0.05];

/** What it may be at least and at most. */
interface Bounds {
  readonly min: number;
  readonly max: number;
}

/**
 * How many calls a subgraph takes at a time, from how long its answers take beside how long they usually do: Netflix's Gradient2
 * (concurrency-limits). It begins at the most, is lowered while answers take longer the more are asked for, and grows again by its
 * square root, since what is slow for long is what is usual.
 */
export class AdaptiveLimit {
  #value: number;
  #bounds: Bounds;
  #endsAtMs = 0;
  #answers = 0;
  #sumMs = 0;
  #mostInFlight = 0;
  #usualMs = 0;

  constructor(bounds: Bounds) {
    this.#bounds = bounds;
    this.#value = bounds.max;
  }

  get value(): number {
    return Math.floor(this.#value);
  }

  setBounds(bounds: Bounds): void {
    const isFull = this.#value >= this.#bounds.max;
    this.#bounds = bounds;
    this.#value = isFull ? bounds.max : this.#within(this.#value);
  }

  /** An answer after `ms`, when so many were on their way. */
  note(nowMs: number, ms: number, inFlight: number): void {
    this.#answers += 1;
    this.#sumMs += ms;
    if (inFlight > this.#mostInFlight) this.#mostInFlight = inFlight;
    if (nowMs < this.#endsAtMs || this.#answers < leastAnswers) return;
    this.#learn(this.#sumMs / this.#answers);
    this.#endsAtMs = nowMs + intervalMs;
    this.#answers = 0;
    this.#sumMs = 0;
    this.#mostInFlight = 0;
  }

  #learn(ms: number): void {
    const usualMs = this.#usualMs === 0 ? ms : this.#usualMs;
    this.#usualMs = usualMs + (ms - usualMs) * latencyShare;
    // Where few are on their way, their number is not what makes them slow; and no more are needed.
    if (this.#mostInFlight * 2 < this.#value) return;
    const gradient = Math.min(1, Math.max(lowestGradient, (tolerance * usualMs) / ms));
    const next = this.#value * gradient + Math.sqrt(this.#value);
    this.#value = this.#within(this.#value + (next - this.#value) * limitShare);
  }

  #within(value: number): number {
    const { min, max } = this.#bounds;
    return Math.max(Math.min(min, max), Math.min(value, max));
  }
}
