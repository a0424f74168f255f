import type { Random } from '../base/random.ts';
import type { BreakerState, CallFault } from '../model/subgraphCall.ts';
import type { BreakerOptions } from './breakerOptions.ts';
import { Silence } from './silence.ts';
import { SlidingWindow } from './slidingWindow.ts';

/** How a call is let through: as any other, or as the one that tries whether the subgraph is well again. */
export type Admission = 'pass' | 'probe' | 'refused';

/** How a call ended that was let through. */
export interface CallEnd {
  /** As `ticket` was when it was let through. */
  readonly ticket: number;
  /** Null when it went well. */
  readonly fault: CallFault | null;
  readonly slow: boolean;
  /** How long it took. */
  readonly ms: number;
  /** How long the subgraph asked to be left alone. */
  readonly retryAfterMs: number;
}

export interface BreakerParts {
  readonly random: Random;
  onChange(state: BreakerState, from: BreakerState): void;
  /** It was opened since the subgraph hangs: what is on its way will not be answered. */
  onSilence(): void;
}

const rampStart = 0.1;
/** So many failures, and half of what was let through, end a ramp. */
const rampFailures = 3;
const jitter = 0.2;
/** A subgraph that asks to be left alone for longer is asked again then all the same. */
const longestRetryAfterMs = 30_000;

const calls = 0;
const failures = 1;
const slow = 2;

/**
 * A subgraph's circuit breaker: a state machine that is told the time. Closed it counts; open it refuses; half-open it lets one call
 * through at a time; after that, on the ramp, a growing share.
 *
 *     closed ──too many fail──► open ──time is up, a query comes──► halfOpen ──probes succeed──► ramp ──time is up──► closed
 *                                ▲                                     │                          │
 *                                └────────────── the probe fails ──────┴────── again too many ────┘
 *
 * By hand it is closed from whatever it is (`reset`).
 */
export class Breaker {
  state: BreakerState = 'closed';
  /** Stamped on each call that is let through: what belongs to a former state, or to a probe nobody counts on any more, is not counted. */
  ticket = 0;
  /** How often it went from closed to open. */
  openings = 0;
  #options: BreakerOptions;
  readonly #parts: BreakerParts;
  #window: SlidingWindow;
  readonly #silence = new Silence();
  #connectFailures = 0;
  #failedInARow = 0;
  /** How long it stays open this time, before jitter. */
  #periodMs = 0;
  /** When the next probe may go: the end of being open, or of the patience with a probe on its way. */
  #untilMs = 0;
  #succeeded = 0;
  #rampedSinceMs = 0;
  #ramped = 0;
  #rampFailed = 0;

  constructor(options: BreakerOptions, parts: BreakerParts) {
    this.#options = options;
    this.#parts = parts;
    this.#window = new SlidingWindow(options.window, 3);
  }

  reconfigure(options: BreakerOptions): void {
    if (options.window !== this.#options.window) this.#window = new SlidingWindow(options.window, 3);
    this.#options = options;
  }

  /** `mayProbe` is false for what must not be risked: mutations. */
  admit(nowMs: number, mayProbe: boolean): Admission {
    this.listen(nowMs);
    if (this.state === 'closed' || this.state === 'ramp') {
      const admission = this.state === 'ramp' ? this.#admitOnRamp(nowMs) : 'pass';
      if (admission === 'pass') this.#silence.begin(nowMs);
      return admission;
    }
    if (nowMs < this.#untilMs || !mayProbe) return 'refused';
    // A probe that is not back by now has failed, but for its answer.
    if (this.state === 'halfOpen' && this.#untilMs > 0) this.#lengthen();
    this.#become('halfOpen');
    this.ticket += 1;
    this.#untilMs = nowMs + this.#periodMs;
    return 'probe';
  }

  /** Opens when the subgraph hangs, which only shows in what does not happen. */
  listen(nowMs: number): void {
    const { minCalls: calls, silence: leastMs } = this.#options;
    if (!this.#silence.isTooLong(nowMs, { calls, leastMs })) return;
    this.#open(nowMs, 0);
    this.#parts.onSilence();
  }

  /** Tells how a call ended; one that nobody waited for any more is told by `forget`. */
  end(nowMs: number, { ticket, fault, slow: isSlow, ms, retryAfterMs }: CallEnd): void {
    if (ticket !== this.ticket) return;
    if (fault !== 'timeout') this.#silence.end(nowMs, ms);
    if (this.state === 'halfOpen') {
      if (fault === null) this.#probeSucceeded(nowMs);
      else this.#open(nowMs, retryAfterMs);
    } else if (this.state === 'ramp') {
      if (fault !== null) this.#rampFailed += 1;
      if (this.#rampFailed >= rampFailures && this.#rampFailed * 2 >= this.#ramped)
        this.#open(nowMs, retryAfterMs);
    } else if (this.state === 'closed') {
      this.#count(nowMs, fault, isSlow);
      if (this.#isTooMuch(nowMs)) this.#open(nowMs, retryAfterMs);
    }
  }

  /** A call that was let through says nothing about the subgraph. */
  forget(ticket: number): void {
    if (ticket === this.ticket && this.state === 'halfOpen') this.#untilMs = 0;
  }

  /** By hand: closed, as if nothing had been; calls on their way are not counted any more. */
  reset(): void {
    this.#untilMs = 0;
    this.#succeeded = 0;
    this.#silence.clear();
    this.ticket += 1;
    this.#forgetFailures();
    this.#become('closed');
  }

  #forgetFailures(): void {
    this.#periodMs = 0;
    this.#window.clear();
    this.#connectFailures = 0;
    this.#failedInARow = 0;
  }

  #count(nowMs: number, fault: CallFault | null, isSlow: boolean): void {
    this.#window.add(nowMs, calls);
    if (fault !== null) this.#window.add(nowMs, failures);
    if (isSlow) this.#window.add(nowMs, slow);
    this.#connectFailures = fault === 'connect' ? this.#connectFailures + 1 : 0;
    this.#failedInARow = fault === null ? 0 : this.#failedInARow + 1;
  }

  #isTooMuch(nowMs: number): boolean {
    const { minCalls, failureRate, slowRate, connectFailures } = this.#options;
    // Whatever went well before: a subgraph that was busy and is gone would take half a window to be noticed.
    if (this.#connectFailures >= connectFailures || this.#failedInARow >= minCalls) return true;
    this.#window.advance(nowMs);
    const counted = this.#window.latest(calls);
    if (counted < minCalls) return false;
    const [failed, late] = [this.#window.latest(failures), this.#window.latest(slow)];
    if (failed + late === 0) return false;
    return failed >= counted * failureRate || late >= counted * slowRate;
  }

  #admitOnRamp(nowMs: number): Admission {
    const passed = (nowMs - this.#rampedSinceMs) / this.#options.ramp;
    if (!(passed < 1)) {
      this.#become('closed');
      this.#forgetFailures();
      return 'pass';
    }
    if (this.#parts.random() >= rampStart + (1 - rampStart) * passed) return 'refused';
    this.#ramped += 1;
    return 'pass';
  }

  #probeSucceeded(nowMs: number): void {
    this.#untilMs = 0;
    this.#succeeded += 1;
    if (this.#succeeded < this.#options.probes) return;
    this.#rampedSinceMs = nowMs;
    this.#ramped = 0;
    this.#rampFailed = 0;
    this.#become('ramp');
  }

  #open(nowMs: number, retryAfterMs: number): void {
    if (this.state === 'closed') this.openings += 1;
    this.#lengthen();
    const period = this.#periodMs * (1 - jitter + 2 * jitter * this.#parts.random());
    this.#untilMs = nowMs + Math.max(period, Math.min(retryAfterMs, longestRetryAfterMs));
    this.#succeeded = 0;
    this.#become('open');
  }

  #lengthen(): void {
    const { open, maxOpen } = this.#options;
    this.#periodMs = this.#periodMs === 0 ? open : Math.min(this.#periodMs * 2, Math.max(open, maxOpen));
  }

  #become(state: BreakerState): void {
    if (state === this.state) return;
    const from = this.state;
    this.state = state;
    this.ticket += 1;
    this.#silence.clear();
    this.#parts.onChange(state, from);
  }
}
