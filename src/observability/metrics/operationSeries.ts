import { createBoundedNames, otherName } from '../../base/boundedNames.ts';
import type { Clock } from '../../base/clock.ts';
import type { Operation } from '../../model/operation.ts';
import { Durations } from './durations.ts';
import type { LabelValues } from './reading.ts';

/** What is counted of the operations of one name and type. */
export interface OperationSeries {
  readonly labels: LabelValues;
  readonly durations: Durations;
  errors: number;
}

/** Operations told apart by their names, which clients choose: so only the busiest. */
export interface OperationsSeries {
  of(operation: Operation | null): OperationSeries;
  /** To be asked at each scrape: names that are asked no more make way. */
  all(): Iterable<OperationSeries>;
}

const turnMs = 60_000;
const maxLength = 128;
const unknownName = '(unknown)';
const unnamed = '(unnamed)';

export function createOperationsSeries({ max, clock }: { max: number; clock: Clock }): OperationsSeries {
  const names = createBoundedNames({ max });
  const series = { query: new Map(), mutation: new Map(), subscription: new Map() } satisfies Record<
    Operation['kind'],
    Map<string, OperationSeries>
  >;
  const unknown = open([unknownName, '']);
  let turnedAtMs = clock.monotonicMs();

  function find(kept: Map<string, OperationSeries>, kind: Operation['kind'], name: string): OperationSeries {
    const known = kept.get(name);
    if (known) return known;
    // A copy: a name is a part of its document's text, and would keep all of that in memory.
    const own = Buffer.from(name).toString();
    const opened = open([own, kind]);
    kept.set(own, opened);
    return opened;
  }

  return {
    of(operation) {
      if (!operation) return unknown;
      const { name, kind } = operation;
      const kept: Map<string, OperationSeries> = series[kind];
      if (name === null) return find(kept, kind, unnamed);
      if (max === 0) return find(kept, kind, otherName);
      return find(kept, kind, names.keep(name.length > maxLength ? name.slice(0, maxLength) : name));
    },
    all() {
      const nowMs = clock.monotonicMs();
      if (nowMs - turnedAtMs >= turnMs) {
        turnedAtMs = nowMs;
        names.turn();
        for (const kept of Object.values(series))
          for (const name of kept.keys())
            if (name !== otherName && name !== unnamed && !names.has(name)) kept.delete(name);
      }
      const seen = Object.values(series).flatMap((kept: Map<string, OperationSeries>) => [...kept.values()]);
      return [...seen, unknown].filter(({ durations }) => durations.counts.some((count) => count > 0));
    },
  };
}

function open(labels: LabelValues): OperationSeries {
  return { labels, durations: new Durations(), errors: 0 };
}
