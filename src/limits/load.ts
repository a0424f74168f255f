import { monitorEventLoopDelay, performance } from 'node:perf_hooks';
import type { Clock } from '../base/clock.ts';
import type { Arrival } from '../model/arrival.ts';
import type { Priority } from './priority.ts';

/** When there is too much to do, and how much is let in then; in milliseconds. */
export interface LoadBounds {
  /** Overload begins when requests take longer than this, and the process is busy all the time. */
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

/** The event loop in the last interval: how long it kept work waiting half of the time, and the part of the time it was busy. */
export interface LoopReading {
  readonly delayMs: number;
  readonly busy: number;
}

/** Asked once an interval. */
export type ReadLoop = () => LoopReading;

const intervalMs = 100;
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
 * Looks ten times a second. A process that is busy all the time, with more and more requests in it, has clients who do not wait: their
 * number, by Little's law, says how long a request takes by now. (How late the event loop is does not: it turns quickly while requests wait
 * for their turn to be sent on. And a crowd of clients who wait for their answers keeps it busy, too.) From then on so many requests are let
 * in that the loop is `targetMs` late (additive increase, multiplicative decrease of their number), so that both they and those who are
 * refused are answered soon. A number, and no share of those who come: it holds whatever crowd there is.
 */
export function createLoad({ clock, readLoop }: { clock: Clock; readLoop?: ReadLoop }): Load {
  const loop = readLoop ? null : watchLoop();
  const read = readLoop ?? (loop as LoopWatch).read;
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
    const reading = read();
    const nowMs = clock.monotonicMs();
    if (limit === Number.POSITIVE_INFINITY) begin(reading, nowMs - lookedAtMs);
    else regulate(reading.delayMs);
    ended = 0;
    wasFull = false;
    lookedAtMs = nowMs;
    timer = clock.after(intervalMs, look);
  }
  function begin({ busy }: LoopReading, passedMs: number): void {
    const takesMs = (inFlight * passedMs) / Math.max(1, ended);
    const isTooMuch = busy >= leastBusy && inFlight > leastAtATime && takesMs > bounds.beginsAtMs;
    late = isTooMuch ? late + 1 : 0;
    if (late < patience) return;
    late = 0;
    quiet = 0;
    // As many as end within the time that they are to take; more once it is seen that there may be.
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
      loop?.close();
    },
  };
}

interface LoopWatch {
  readonly read: ReadLoop;
  close(): void;
}

function watchLoop(): LoopWatch {
  const histogram = monitorEventLoopDelay({ resolution: 10 });
  histogram.enable();
  let before = performance.eventLoopUtilization();
  return {
    read() {
      const now = performance.eventLoopUtilization();
      const busy = performance.eventLoopUtilization(now, before).utilization;
      before = now;
      // The median: what is late once in a while is no overload.
      const delayMs = histogram.percentile(50) / 1e6;
      histogram.reset();
      return { delayMs, busy };
    },
    close: () => void histogram.disable(),
  };
}
