import type { ConditionValues } from '../askedOperation.ts';

/** With more conditions not every set of their values is tried: all true, all false, and each the other way. */
const maxAllSets = 4;

/** The values of conditions that a plan is tried with. */
export function valueSets(conditions: readonly string[]): readonly ConditionValues[] {
  const all = (value: (name: string, index: number) => boolean): ConditionValues =>
    new Map(conditions.map((name, index) => [name, value(name, index)]));
  if (conditions.length <= maxAllSets)
    return Array.from({ length: 2 ** conditions.length }, (_, set) =>
      all((_name, index) => (set & (1 << index)) !== 0),
    );
  return [true, false].flatMap((value) => [
    all(() => value),
    ...conditions.map((one) => all((name) => (name === one) !== value)),
  ]);
}
