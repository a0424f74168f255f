import { otherName } from '../../base/boundedNames.ts';
import type { LabelValues } from './reading.ts';

/** Counts by a name that others chose: the first so many have a count of their own, the rest one together. */
export interface CountByName extends Iterable<readonly [labels: LabelValues, count: number]> {
  add(name: string, count: number): void;
}

export function createCountByName({ max }: { max: number }): CountByName {
  const counts = new Map<string, number>();
  return {
    add(name, count) {
      const known = counts.get(name);
      if (known !== undefined) counts.set(name, known + count);
      else if (counts.size < max) counts.set(name, count);
      else counts.set(otherName, (counts.get(otherName) ?? 0) + count);
    },
    *[Symbol.iterator]() {
      for (const [name, count] of counts) yield [[name], count] as const;
    },
  };
}
