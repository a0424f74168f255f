import { addressNetwork } from '../base/ipAddress.ts';
import type { Outcome } from '../model/outcome.ts';
import type { Session } from '../model/session.ts';
import type { RateKind } from './kinds.ts';
import { bucketOf } from './latencySketch.ts';
import { at } from './measures.ts';
import { floorTo, minuteMs } from './period.ts';
import type { UsageWindow } from './usageWindow.ts';

/**
 * How often single addresses and sessions ask, without saying which: for each kind of them the distribution over (caller, minute) of what
 * they asked in the minute, and in its busiest second. Only what came to be answered counts, or a flood would say what is usual.
 */
export interface CallerRates {
  count(outcome: Outcome, nowMs: number): void;
  /** Whether a minute has ended that was not taken. */
  isOver(nowMs: number): boolean;
  /** Puts what was counted into a window. */
  takeInto(window: UsageWindow): void;
}

/** A caller in one minute. */
class CallerMinute {
  all = 0;
  second = 0;
  inSecond = 0;
  most = 0;

  add(second: number, count: number): void {
    this.all += count;
    this.inSecond = this.second === second ? this.inSecond + count : count;
    this.second = second;
    if (this.inSecond > this.most) this.most = this.inSecond;
  }
}

/** Callers of one kind in a minute; of more it is not known. */
const maxCallers = 10_000;

export function createCallerRates(): CallerRates {
  let addresses = new Map<string, CallerMinute>();
  let sessions = new Map<string, CallerMinute>();
  let minute = 0;

  return {
    count({ arrival, session, asked }, nowMs) {
      let count = 0;
      for (const { executed } of asked) if (executed) count += 1;
      if (count === 0) return;
      if (addresses.size === 0) minute = floorTo(minuteMs, nowMs);
      const second = Math.floor(nowMs / 1000);
      callerOf(addresses, addressNetwork(arrival.address))?.add(second, count);
      if (session?.identified) callerOf(sessions, nameOf(session))?.add(second, count);
    },
    isOver: (nowMs) => addresses.size > 0 && floorTo(minuteMs, nowMs) !== minute,
    takeInto(window) {
      addAll(window, addresses, ['addressMinute', 'addressSecond']);
      addAll(window, sessions, ['sessionMinute', 'sessionSecond']);
      addresses = new Map();
      sessions = new Map();
    },
  };
}

function callerOf(callers: Map<string, CallerMinute>, name: string): CallerMinute | null {
  const known = callers.get(name);
  if (known) return known;
  if (callers.size >= maxCallers) return null;
  const caller = new CallerMinute();
  callers.set(name, caller);
  return caller;
}

function nameOf({ issuer, consumer, subject }: Session): string {
  return `${issuer}\n${consumer}\n${subject}`;
}

function addAll(
  window: UsageWindow,
  callers: ReadonlyMap<string, CallerMinute>,
  [minuteKind, secondKind]: readonly [RateKind, RateKind],
): void {
  if (callers.size === 0) return;
  const minutes = window.groupOf(minuteKind, ['', '', ''], true);
  const seconds = window.groupOf(secondKind, ['', '', ''], true);
  for (const { all, most } of callers.values()) {
    minutes.latency?.addToBucket(bucketOf(all), 1);
    seconds.latency?.addToBucket(bucketOf(most), 1);
  }
  for (const group of [minutes, seconds]) {
    group.sums[at.calls] = (group.sums[at.calls] ?? 0) + callers.size;
    window.soil(group);
  }
}
