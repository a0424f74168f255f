import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { Clock } from '../base/clock.ts';
import type { Arrival } from '../model/arrival.ts';
import type { Priority } from './priority.ts';

/** When there is too much to do, and how much is let in then; in milliseconds. */
export interface LoadBounds {
  /** Overload begins when work waits for longer than this. */
  readonly beginsAtMs: number;
  /** While there is overload it waits about this long. */
  readonly targetMs: number;
}

/** How much of its work this process can do in time: how long the event loop keeps others waiting, and how many requests are in it. */
export interface Load {
  /** Whether requests are let in by their number. */
  readonly isOver: boolean;
  /** How many there may be at a time; null while there may be any number. */
  readonly limit: number | null;
  readonly inFlight: number;
  setBounds(bounds: LoadBounds): void;
  /** A request has come. */
  open(): void;
  /** Is there no place for it? `share` of the limit is what those of its priority may fill. */
  isFull(share: number): boolean;
  /** One was refused; when that was before its body was read, it is none of those in flight any more. */
  shed(priority: Priority, arrival: Arrival | null): void;
  /** How many were, by their priority. */
  readonly sheds: ReadonlyMap<Priority, number>;
  /** It has ended. */
  record(outcome: { readonly arrival: Arrival }): void;
  close(): void;
}

/** Of the last interval, in milliseconds; asked once an interval. */
export type ReadDelay = () => number;

type Histogram = ReturnType<typeof monitorEventLoopDelay>;

const intervalMs = 100;
/** So many intervals in a row: a single pause is a garbage collection, or one large answer. */
const patience = 5;
/** So many intervals in a row without a request too many, and all may come again. */
const calm = 20;
/** However long work waits, so many at a time are no crowd: something else keeps the process from its work. */
const leastAtATime = 8;
const [more, less] = [1.1, 0.8];

/**
 * Looks ten times a second. Work that waits for long, again and again, is the sign of clients who do not wait: it would only become more.
 * From then on so many requests are let in that it waits for `targetMs` (additive increase, multiplicative decrease of their number), so that
 * both they and those who are refused are answered soon. A number, and no share of those who come: it holds whatever crowd there is.
 */
export function createLoad({ clock, readDelay }: { clock: Clock; readDelay?: ReadDelay }): Load {
  const histogram = readDelay ? null : startHistogram();
  const read = readDelay ?? (() => readMedian(histogram as Histogram));
  const left = new WeakSet<Arrival>();
  const sheds = new Map<Priority, number>();
  let bounds: LoadBounds = { beginsAtMs: Number.POSITIVE_INFINITY, targetMs: Number.POSITIVE_INFINITY };
  let limit = Number.POSITIVE_INFINITY;
  let inFlight = 0;
  let ended = 0;
  let late = 0;
  let quiet = 0;
  let wasFull = false;
  let lookedAtMs = clock.monotonicMs();
  let timer = clock.after(intervalMs, look);

  function look(): void {
    const delayMs = read();
    const nowMs = clock.monotonicMs();
    if (limit === Number.POSITIVE_INFINITY) begin(delayMs, nowMs - lookedAtMs);
    else regulate(delayMs);
    ended = 0;
    wasFull = false;
    lookedAtMs = nowMs;
    timer = clock.after(intervalMs, look);
  }
  function begin(delayMs: number, passedMs: number): void {
    late = delayMs > bounds.beginsAtMs ? late + 1 : 0;
    if (late < patience) return;
    late = 0;
    quiet = 0;
    // Little's law: as many as end within the time that they are to take; more once it is seen that there may be.
    limit = Math.max(leastAtATime, (ended / passedMs) * bounds.targetMs);
  }
  function regulate(delayMs: number): void {
    quiet = wasFull ? 0 : quiet + 1;
    if (quiet >= calm) limit = Number.POSITIVE_INFINITY;
    else if (delayMs > bounds.targetMs) limit = Math.max(leastAtATime, limit * less);
    else if (wasFull) limit = limit * more + 1;
  }

  return {
    get isOver() {
      return limit !== Number.POSITIVE_INFINITY;
    },
    get limit() {
      return limit === Number.POSITIVE_INFINITY ? null : limit;
    },
    get inFlight() {
      return inFlight;
    },
    setBounds(next) {
      bounds = next;
    },
    open() {
      inFlight += 1;
    },
    isFull(share) {
      const isFull = inFlight > Math.max(1, limit * share);
      wasFull ||= isFull;
      return isFull;
    },
    shed(priority, arrival) {
      sheds.set(priority, (sheds.get(priority) ?? 0) + 1);
      if (arrival === null) return;
      inFlight -= 1;
      left.add(arrival);
    },
    sheds,
    record({ arrival }) {
      if (left.delete(arrival)) return;
      inFlight -= 1;
      ended += 1;
    },
    close() {
      timer.cancel();
      histogram?.disable();
    },
  };
}

function startHistogram(): Histogram {
  const histogram = monitorEventLoopDelay({ resolution: 10 });
  histogram.enable();
  return histogram;
}

/** The median: what is late once in a while is no overload. */
function readMedian(histogram: Histogram): number {
  const median = histogram.percentile(50) / 1e6;
  histogram.reset();
  return median;
}
