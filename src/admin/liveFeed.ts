import type { Clock, Timer } from '../base/clock.ts';
import { SluiceError } from '../base/errors.ts';
import type { Outcome } from '../model/outcome.ts';
import type { UpstreamStats } from '../model/upstreamStats.ts';
import { createGatewayEvents, type GatewayEvent } from './gatewayEvents.ts';
import { createSecondCount, type LiveSecond } from './liveSecond.ts';
import { createRuleCounts, type RuleCount } from './ruleCounts.ts';

/** What happens now, for who watches; what rules refused and how breakers changed, for who asks later. */
export interface LiveFeed {
  record(outcome: Outcome): void;
  noteSettings(): void;
  note(event: Omit<GatewayEvent, 'atMs'>): void;
  /** Somebody closed the breaker of this subgraph by hand. */
  noteReset(subgraph: string, by: string): void;
  /** Told of each second from now on, and first of those that others watched, until the returned function is called. */
  watch(tell: (seconds: readonly LiveSecond[]) => void): () => void;
  /** The newest first, of this process. */
  events(): readonly GatewayEvent[];
  /** Has it told of each event from now on; of one listener, the last. */
  onEvent(listener: (event: GatewayEvent) => void): void;
  rules(): readonly RuleCount[];
  close(): void;
}

const maxWatchers = 50;
const keptSeconds = 120;
const secondMs = 1000;

/**
 * Seconds are counted while somebody watches, and then for all of them at once. Without, a request costs a look at the breakers it met and,
 * where a rule was against it, a count.
 */
export function createLiveFeed({
  upstreamStats,
  clock,
}: {
  readonly upstreamStats: UpstreamStats;
  readonly clock: Clock;
}): LiveFeed {
  const watchers = new Set<(seconds: readonly LiveSecond[]) => void>();
  let listener: ((event: GatewayEvent) => void) | null = null;
  const events = createGatewayEvents({ clock, tell: (event) => listener?.(event) });
  const rules = createRuleCounts();
  let kept: LiveSecond[] = [];
  let second = createSecondCount();
  let timer: Timer | null = null;
  let isClosed = false;

  function tick(): void {
    const upstream = upstreamStats.subgraphs();
    for (const { subgraph, breaker } of upstream) events.meet(subgraph, breaker);
    const told = second.told(clock.wallMs(), upstream);
    second = createSecondCount();
    kept = [...kept.slice(1 - keptSeconds), { ...told, recent: [], recentLeftOut: 0 }];
    for (const tell of watchers) tell([told]);
    timer = clock.after(secondMs, tick);
  }

  function leave(): void {
    if (watchers.size > 0) return;
    timer?.cancel();
    timer = null;
    kept = [];
  }

  return {
    record(outcome) {
      for (const { calls } of outcome.asked)
        for (const { subgraph, breaker } of calls) if (breaker !== null) events.meet(subgraph, breaker);
      if (outcome.refusedBy.length + outcome.wouldRefuse.length > 0) rules.add(outcome, clock.wallMs());
      if (watchers.size > 0) second.add(outcome, clock.wallMs());
    },
    note: events.note,
    noteReset: events.reset,
    noteSettings: () => events.note({ kind: 'settings', subgraph: null, text: 'the settings were changed' }),
    watch(tell) {
      if (isClosed) throw new SluiceError('DRAINING', 'This gateway is going away.');
      if (watchers.size >= maxWatchers)
        throw new SluiceError(
          'OVERLOADED',
          `${maxWatchers} others watch already: close a page of the console.`,
        );
      watchers.add(tell);
      if (kept.length > 0) tell(kept);
      if (!timer) {
        second = createSecondCount();
        timer = clock.after(secondMs, tick);
      }
      return () => {
        watchers.delete(tell);
        leave();
      };
    },
    events: events.all,
    onEvent(added) {
      listener = added;
    },
    rules: rules.all,
    close() {
      isClosed = true;
      watchers.clear();
      leave();
    },
  };
}
