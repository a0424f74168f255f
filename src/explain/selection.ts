import type { Clock } from '../base/clock.ts';
import type { Random } from '../base/random.ts';
import type { Outcome } from '../model/outcome.ts';
import type { WhyKept } from './explanation.ts';

/** Which requests are kept. */
export interface Selection {
  /** Null for one that is not. */
  whyKept(outcome: Outcome): WhyKept | null;
  /** Of those that should have been, how many were too many at once. */
  skipped(): number;
}

/** A second of these: a flood of errors must not cost more than what makes it one. */
const maxPerSecond = { error: 50, slow: 20, gone: 10, sample: 20 } as const satisfies Record<WhyKept, number>;
/** Of one code, so that a common error leaves room for a rare one. */
const maxPerCode = 10;

export function createSelection(parts: {
  readonly slowMs: number;
  readonly sample: number;
  readonly random: Random;
  readonly clock: Pick<Clock, 'monotonicMs'>;
}): Selection {
  const { slowMs, sample, random, clock } = parts;
  let counts = new Map<string, number>();
  let beganAtMs = Number.NEGATIVE_INFINITY;
  let skipped = 0;

  function hasRoom(why: WhyKept, code: string | undefined): boolean {
    const nowMs = clock.monotonicMs();
    if (nowMs - beganAtMs >= 1000) {
      counts = new Map();
      beganAtMs = nowMs;
    }
    const ofCode = `${why} ${code}`;
    const [all, alike] = [counts.get(why) ?? 0, counts.get(ofCode) ?? 0];
    if (all >= maxPerSecond[why] || (code !== undefined && alike >= maxPerCode)) {
      skipped += 1;
      return false;
    }
    counts.set(why, all + 1);
    if (code !== undefined) counts.set(ofCode, alike + 1);
    return true;
  }

  return {
    whyKept(outcome) {
      const why = whyOf(outcome, slowMs) ?? (sample > 0 && random() < sample ? 'sample' : null);
      return why !== null && hasRoom(why, outcome.codes[0]) ? why : null;
    },
    skipped: () => skipped,
  };
}

function whyOf({ codes, response, totalMs }: Outcome, slowMs: number): WhyKept | null {
  if (codes.length > 0 || response.status >= 500) return 'error';
  if (!response.finished) return 'gone';
  return totalMs >= slowMs ? 'slow' : null;
}
