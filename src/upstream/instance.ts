import type { InstanceAddress } from '../model/instanceAddress.ts';
import type { CallFault } from '../model/subgraphCall.ts';
import type { Target } from './openTarget.ts';

/** Samples lose their weight in this time: soon enough for who was slow to be asked again. */
const decayMs = 3000;
/** A try that failed counts as one that took at least this long: who refuses at once is not the fastest. */
const leastFailedMs = 100;

/** One running copy of a subgraph: where it is, how it does, and the connections to it. */
export class Instance {
  readonly url: string;
  /** Host and port, for people. */
  readonly name: string;
  /** When it began to get calls; those that were there from the beginning need no slow start. */
  startsAtMs: number;
  weight: number;
  zone: string | null;
  /** Opened when it is first called. */
  target: Target | null = null;
  /** Calls on their way. */
  inFlight = 0;
  tries = 0;
  failures = 0;
  /** Failures since the last success. */
  failedInARow = 0;
  /** How often it was ejected, with less and less in between. */
  ejections = 0;
  /** It gets no calls before; monotonic. */
  ejectedUntilMs = 0;
  /** The same, by hand, and however the others do. */
  heldUntilMs = 0;
  /** What it says itself, or how it answers when it is asked; true where nobody asks. */
  isWell = true;
  /** Of the sweep's interval. */
  swept = { tries: 0, failures: 0 };
  #latencyMs = 0;
  #sampledAtMs = 0;

  constructor({ url, weight, zone }: InstanceAddress, startsAtMs: number) {
    this.url = url;
    this.name = nameOf(url);
    this.weight = weight;
    this.zone = zone;
    this.startsAtMs = startsAtMs;
  }

  begin(): void {
    this.inFlight += 1;
    this.tries += 1;
  }

  /** A call ended after `ms`; null when nobody waited for it, which says nothing. */
  end(nowMs: number, ms: number, fault: CallFault | null): void {
    this.inFlight -= 1;
    if (fault !== null) {
      this.failures += 1;
      this.failedInARow += 1;
      this.#sample(nowMs, Math.max(ms, this.#latencyMs * 2, leastFailedMs));
    } else {
      this.failedInARow = 0;
      this.#sample(nowMs, ms);
    }
  }

  leave(): void {
    this.inFlight -= 1;
  }

  isEjected(nowMs: number): boolean {
    return nowMs < this.ejectedUntilMs || this.isHeld(nowMs);
  }

  isHeld(nowMs: number): boolean {
    return nowMs < this.heldUntilMs;
  }

  /** As if it came new, after a while in which it got none. */
  readmit(nowMs: number): void {
    this.ejectedUntilMs = 0;
    this.heldUntilMs = 0;
    this.ejections = 0;
    this.failedInARow = 0;
    this.startsAtMs = nowMs;
  }

  /** An average that jumps up to a slow answer and comes down bit by bit: peaks are what clients wait for. */
  latencyMs(nowMs: number): number {
    return this.#latencyMs * Math.exp((this.#sampledAtMs - nowMs) / decayMs);
  }

  #sample(nowMs: number, ms: number): void {
    if (ms >= this.#latencyMs) this.#latencyMs = ms;
    else {
      const kept = Math.exp((this.#sampledAtMs - nowMs) / decayMs);
      // Never less than a tenth at once: two answers in one millisecond are two samples, too.
      const share = Math.min(kept, 0.9);
      this.#latencyMs = this.#latencyMs * share + ms * (1 - share);
    }
    this.#sampledAtMs = nowMs;
  }
}

/** Not the URL: its path, and what may stand in it, are nobody's business. */
function nameOf(url: string): string {
  return URL.canParse(url) ? new URL(url).host : '';
}
