import type { Random } from '../base/random.ts';
import type { Log } from '../model/log.ts';

/** Labels of progressive `@override` that hold together. */
export interface OverrideSet {
  /** Tells the sets of one supergraph apart in keys; empty for the first. */
  readonly prefix: string;
  /** As planning wants them. */
  readonly overrides: ReadonlyMap<string, true>;
}

export interface OverrideSets {
  /** Every set that may be drawn. */
  readonly all: readonly OverrideSet[];
  /** The one for the next request. */
  draw(): OverrideSet;
}

/** Operations are planned for each set anew, so there may be few: one more than this. */
const maxThresholds = 7;

/**
 * `percent(n)` holds for n of a hundred requests. One number is drawn for all labels of a request, and those that ask for more than it
 * hold: so their shares are right, and there are no more sets than different percents, and one. Where those are too many, labels that ask
 * for nearly the same share the smaller percent, and the log says so. Other labels are for whoever decides them, and hold never.
 */
export function createOverrideSets(
  labels: readonly string[],
  { random, log }: { readonly random: Random; readonly log: Pick<Log, 'warn'> },
): OverrideSets {
  const percents = new Map(labels.flatMap((label) => percentOf(label) ?? []));
  const thresholds = fewThresholds([...percents.values()]);
  const holdsUpTo = (percent: number): number =>
    percent === 100 ? 100 : Math.max(0, ...thresholds.filter((threshold) => threshold <= percent));
  const folded = [...percents].filter(([, percent]) => holdsUpTo(percent) < percent);
  if (folded.length > 0) {
    const holds = Object.fromEntries(folded.map(([label, percent]) => [label, holdsUpTo(percent)]));
    log.warn({ holds }, 'so many different percents of @override: these labels hold for less than they say');
  }

  // A number below the first threshold is in the first set, one that no threshold is above in the last.
  const all = [...thresholds, 100].map((upTo, index) => ({
    prefix: index === 0 ? '' : `${index} `,
    overrides: new Map(
      [...percents]
        .filter(([, percent]) => holdsUpTo(percent) >= upTo)
        .map(([label]) => [label, true] as const),
    ),
  }));
  const [only] = all;
  return {
    all,
    draw() {
      if (thresholds.length === 0 && only) return only;
      const drawn = random() * 100;
      // Above all thresholds it is -1, and the last set.
      const set = all.at(thresholds.findIndex((threshold) => drawn < threshold));
      if (!set) throw new Error('Every number is in a set');
      return set;
    },
  };
}

/** Null for a label that is no `percent(n)`, n from 0 to 100. */
function percentOf(label: string): readonly (readonly [label: string, percent: number])[] | null {
  const [, digits] = /^percent\((\d{1,3}(?:\.\d+)?)\)$/.exec(label) ?? [];
  const percent = Number(digits);
  return digits !== undefined && percent <= 100 ? [[label, percent]] : null;
}

/** The percents between never and always, in order; of the nearest two the larger goes until they are few. */
function fewThresholds(percents: readonly number[]): readonly number[] {
  const thresholds = [...new Set(percents)]
    .filter((percent) => percent > 0 && percent < 100)
    .sort((a, b) => a - b);
  while (thresholds.length > maxThresholds) {
    const gaps = thresholds.slice(1).map((threshold, index) => threshold - (thresholds[index] ?? 0));
    thresholds.splice(gaps.indexOf(Math.min(...gaps)) + 1, 1);
  }
  return thresholds;
}
