import { LRUCache } from 'lru-cache';
import type { Clock } from '../base/clock.ts';
import { SluiceError } from '../base/errors.ts';
import { sha256 } from '../base/sha256.ts';

const refusedForMs = 60_000;
/** Documents remembered; a hash and a number each, some 200 KB in all. */
const maxRemembered = 1000;

/** Remembers what overran, so that repeating it costs nothing. */
export interface Overruns {
  add(key: string): void;
  /** The refusal for what overran in the last minute, else null. */
  refusalOf(key: string): SluiceError | null;
}

export function createOverruns({ clock }: { clock: Clock }): Overruns {
  const untilMs = new LRUCache<string, number>({ max: maxRemembered });
  return {
    add(key) {
      untilMs.set(sha256(key), clock.monotonicMs() + refusedForMs);
    },
    refusalOf(key) {
      if (untilMs.size === 0) return null;
      const until = untilMs.get(sha256(key));
      if (until === undefined || until <= clock.monotonicMs()) return null;
      return new SluiceError(
        'QUERY_PLANNING_TIMEOUT',
        'No plan was found for this operation a moment ago: ask for less in one operation, or in several.',
      );
    },
  };
}
