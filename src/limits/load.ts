import { monitorEventLoopDelay, performance } from 'node:perf_hooks';
import type { Clock } from '../base/clock.ts';
import type { Arrival } from '../model/arrival.ts';
import type { Priority } from './priority.ts';
import { type LoadBounds, type LoopReading, RequestsLimit } from './requestsLimit.ts';

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

/** Asked once an interval. */
export type ReadLoop = () => LoopReading;

const intervalMs = 100;

/** Looks ten times a second how this process does (requestsLimit.ts). */
export function createLoad({ clock, readLoop }: { clock: Clock; readLoop?: ReadLoop }): Load {
  const loop = readLoop ? null : watchLoop();
  const read = readLoop ?? (loop as LoopWatch).read;
  const left = new WeakSet<Arrival>();
  const sheds = new Map<Priority, number>();
  const limit = new RequestsLimit();
  let inFlight = 0;
  let ended = 0;
  let wasFull = false;
  let lookedAtMs = clock.monotonicMs();
  let timer = clock.after(intervalMs, look);

  function look(): void {
    const nowMs = clock.monotonicMs();
    limit.look({ ...read(), inFlight, ended, wasFull, passedMs: nowMs - lookedAtMs });
    ended = 0;
    wasFull = false;
    lookedAtMs = nowMs;
    timer = clock.after(intervalMs, look);
  }

  return {
    get isOver() {
      return limit.value !== Number.POSITIVE_INFINITY;
    },
    get limit() {
      return limit.value === Number.POSITIVE_INFINITY ? null : limit.value;
    },
    get inFlight() {
      return inFlight;
    },
    setBounds(next) {
      limit.bounds = next;
    },
    open() {
      inFlight += 1;
    },
    isFull(share) {
      const isFull = inFlight > Math.max(1, limit.value * share);
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
