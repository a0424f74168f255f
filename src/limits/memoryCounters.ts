import { LRUCache } from 'lru-cache';
import type { Clock } from '../base/clock.ts';
import {
  type CounterRule,
  type Counters,
  identityKey,
  type Period,
  type Rate,
  type Take,
  type Taken,
  type Window,
} from './counters.ts';
import { gcra, gcraAdjusted } from './gcra.ts';
import { notTaken } from './notTaken.ts';
import { retryMs } from './retryMs.ts';

/** Counters of one rule that are kept; those used last stay, so a flood of new callers resets nobody who goes on. About 10 MB. */
const maxCounters = 100_000;
/** Moments kept for all windows of one rule; 8 MB. */
const maxMoments = 1_000_000;

export interface MemoryCounters extends Counters {
  take(takes: readonly Take[]): readonly Taken[];
  /** Takes over what is known from elsewhere. */
  learn(take: Take, known: Taken): void;
}

/** What one take comes to, and how to write it down. */
interface Draft {
  readonly taken: Taken;
  commit(): void;
}

/** Counters of this process alone, in bounded memory. Time is monotonic: no jump of a clock gives or costs anybody anything. */
export function createMemoryCounters({ clock }: { clock: Clock }): MemoryCounters {
  const tables = new Map<string, Table>();

  /** Each rule has its own, so that a flood of callers of one does not push out those of another. */
  function tableOf({ setting, rule }: Take): Table {
    const table = tables.get(setting) ?? createTable(rule.kind);
    tables.set(setting, table);
    return table;
  }
  function draft(take: Take): Draft {
    const { rule, cost } = take;
    const where = { table: tableOf(take), key: identityKey(take.identity), nowMs: clock.monotonicMs(), cost };
    if (rule.kind === 'rate') return draftRate(rule, where);
    return rule.kind === 'window' ? draftWindow(rule, where) : draftPeriod(rule, where);
  }
  return {
    take(takes) {
      const drafts = takes.map(draft);
      const allowed = drafts.every(({ taken }) => taken.allowed);
      drafts.forEach(({ commit }, at) => {
        const rule = takes[at]?.rule;
        if (allowed || (rule?.kind === 'window' && rule.countRefused)) commit();
      });
      const answers = drafts.map(({ taken }) => taken);
      return allowed ? answers : notTaken(takes, answers);
    },
    adjust(takes) {
      for (const take of takes) adjust(take, { table: tableOf(take), nowMs: clock.monotonicMs() });
    },
    learn(take, known) {
      const nowMs = clock.monotonicMs();
      const [table, key, { rule }] = [tableOf(take), identityKey(take.identity), take];
      if (rule.kind === 'rate') table.numbers.set(key, nowMs + known.resetMs);
      else if (rule.kind === 'window')
        table.moments.set(key, new Array<number>(rule.max - known.remaining).fill(nowMs));
      else table.numbers.set(key, rule.max - known.remaining);
    },
    close: async () => tables.clear(),
  };
}

/** The counters of one rule, by caller: when a rate is full again, the units used of a period, the moments of a window. */
interface Table {
  readonly numbers: LRUCache<string, number>;
  readonly moments: LRUCache<string, number[]>;
}

function createTable(kind: CounterRule['kind']): Table {
  const isWindow = kind === 'window';
  return {
    numbers: new LRUCache({ max: isWindow ? 1 : maxCounters }),
    moments: new LRUCache({
      max: isWindow ? maxCounters : 1,
      maxSize: maxMoments,
      sizeCalculation: (moments) => moments.length + 1,
    }),
  };
}

interface Where {
  readonly table: Table;
  readonly key: string;
  readonly nowMs: number;
  readonly cost: number;
}

function draftRate(rule: Rate, { table, key, nowMs, cost }: Where): Draft {
  const { fullAtMs, ...taken } = gcra(rule, { fullAtMs: table.numbers.get(key), nowMs, cost });
  return { taken, commit: () => void table.numbers.set(key, fullAtMs) };
}

function draftWindow({ max, windowMs }: Window, { table, key, nowMs, cost }: Where): Draft {
  const moments = table.moments.get(key) ?? [];
  const first = Math.max(firstAfter(moments, nowMs - windowMs), moments.length - max);
  const left = max - (moments.length - first);
  const allowed = cost <= left;
  // The moment that has to grow old until there is room for the cost.
  const inTheWayMs = moments[first + cost - left - 1] ?? nowMs;
  return {
    taken: {
      allowed,
      remaining: allowed ? left - cost : left,
      resetMs: windowMs,
      retryMs: retryMs({ allowed, never: cost > max, waitMs: inTheWayMs + windowMs - nowMs }),
    },
    commit() {
      if (first > moments.length / 2) moments.splice(0, first);
      for (let unit = 0; unit < Math.min(cost, max); unit += 1) moments.push(nowMs);
      table.moments.set(key, moments);
    },
  };
}

/** Where in ascending moments those after one begin. */
function firstAfter(moments: readonly number[], momentMs: number): number {
  let [low, high] = [0, moments.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((moments[middle] ?? 0) > momentMs) high = middle;
    else low = middle + 1;
  }
  return low;
}

function draftPeriod({ max, endsInMs }: Period, { table, key, cost }: Where): Draft {
  const used = table.numbers.get(key) ?? 0;
  const allowed = used + cost <= max;
  const remaining = Math.max(0, max - used - (allowed ? cost : 0));
  return {
    taken: {
      allowed,
      remaining,
      resetMs: endsInMs,
      retryMs: retryMs({ allowed, never: cost > max, waitMs: endsInMs }),
    },
    commit: () => void table.numbers.set(key, used + cost),
  };
}

function adjust({ rule, identity, cost }: Take, { table, nowMs }: { table: Table; nowMs: number }): void {
  const key = identityKey(identity);
  if (rule.kind === 'rate') {
    table.numbers.set(key, gcraAdjusted(rule, { fullAtMs: table.numbers.get(key), nowMs, cost }));
  } else if (rule.kind === 'period') {
    table.numbers.set(key, Math.max(0, (table.numbers.get(key) ?? 0) + cost));
  }
}
